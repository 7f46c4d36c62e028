"""Every page in the states it can be in: axe, title, one heading, no sideways scroll, keyboard."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from portal.models import Account, Patient
from tests.builders import in_days, local
from tests.e2e.axe import problems_of
from tests.e2e.clinic import PASSWORD, ClinicBook, Person, new_address
from tests.e2e.conftest import PHONE, Visitor
from tests.e2e.letters import link_in, wait_for_mail
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.doors import LogIn, Reset, Security
from tests.e2e.pages.family import AddFamilyMember, FamilyMembers
from tests.e2e.pages.sign_up import FamilyStep, SignUp, make_account
from tests.servers.mail import MailServer

LIGHT_PHONE = {"viewport": PHONE, "color_scheme": "light"}
DARK_DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}
NARROWEST = {"width": 360, "height": 740}
LOOKS = pytest.mark.parametrize(
    "look", [LIGHT_PHONE, DARK_DESK], ids=["light phone", "dark desk"]
)
