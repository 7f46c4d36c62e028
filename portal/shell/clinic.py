"""How the clinic and the person signed in are named on a page: values or state vars."""

from dataclasses import dataclass

import reflex as rx

from portal.words import _

Text = str | rx.Var[str]


@dataclass(frozen=True)
class Clinic:
    """The clinic as the frame shows it."""

    name: Text = "Kindred"
    address: Text = ""
    phone: Text = ""
    hours: Text = ""


@dataclass(frozen=True)
class Me:
    """Who is signed in, for the header; ``signed_in`` may be a var that the server fills."""

    signed_in: bool | rx.Var[bool] = False
    name: Text = ""
    initials: Text = ""
    colour: int | rx.Var[int] = 1


CLINIC = Clinic(
    name="Harbour Lane Clinic",
    address="12 Harbour Lane",
    phone="555-0140",
    hours=_("Monday to Friday, 8:00 to 18:00"),
)
VISITOR = Me()
