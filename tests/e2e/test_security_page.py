"""Codes, recovery codes, passkeys, another address: turned on, used and turned off again."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pyotp.totp import TOTP
from sqlalchemy import update
from sqlmodel import col, select

from portal import clock
from portal.account.fresh import FRESH
from portal.account.staff_accounts import invite_staff
from portal.models import LoginSession, Staff
from portal.permissions import SYSTEM, StaffRole
from tests import builders
from tests.e2e.axe import problems_of
from tests.e2e.clinic import PASSWORD, ClinicBook, Person, new_address
from tests.e2e.conftest import PHONE, Visitor
from tests.e2e.letters import link_in, text_of, wait_for_mail
from tests.e2e.pages.doors import Code, LogIn, NewEmail, NewPassword
from tests.e2e.pages.security import AppSetUp, Security
from tests.servers.mail import MailServer
from tests.servers.portal import Portal

DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module")
def portal(
    portal_server: Callable[..., Portal], shared_clinic: ClinicBook, _mail_server: object
) -> Portal:
    """Serve the clinic under the name "localhost": passkeys are bound to a name, not a number."""
    url = getattr(_mail_server, "url")  # noqa: B009  the fixture's type is what it yields
    return portal_server(
        worker=True,
        database_url=shared_clinic.database_url,
        SMTP_URL=url,
        PORTAL_ORIGIN="",
    )


def at_localhost(visitor: Visitor, portal: Portal, **options: object) -> Page:
    """Open a browser at the portal's usual address."""
    return visitor.browser(base_url=f"http://localhost:{urlsplit(portal.url).port}", **options)


def signed_in(visitor: Visitor, portal: Portal, person: Person, **options: object) -> Security:
    """Sign somebody in by hand and open their Security page."""
    page = at_localhost(visitor, portal, **options)
    log_in, security = LogIn(page), Security(page)
    log_in.open()
    log_in.sign_in(person.email, person.password)
    expect(log_in.heading).to_have_text("Book a visit")
    security.open()
    expect(security.codes).to_be_visible()
    return security


def turn_codes_on(security: Security) -> tuple[TOTP, list[str]]:
    """Set an app up in the dialog; return it and the recovery codes."""
    security.press("Turn codes on")
    set_up = AppSetUp(security.page)
    expect(set_up.picture).to_be_visible()
    app = TOTP(set_up.key.replace(" ", ""))
    set_up.confirm(app.now())
    expect(set_up.recovery_codes).to_have_count(10)
    codes = set_up.recovery_codes.all_inner_texts()
    set_up.keep()
    expect(security.codes).to_contain_text("10 recovery codes are left.")
    return app, codes


def next_code(app: TOTP) -> str:
    """Return the code after the one that was used last."""
    return app.at(clock.now(), counter_offset=1)


def grow_stale(clinic: ClinicBook, person: Person) -> None:
    """Let the last proof of who it is be too long ago."""
    with clinic.writing() as session:
        session.execute(
            update(LoginSession)
            .where(col(LoginSession.account_id) == person.actor.account_id)
            .values(proved_at=clock.now() - FRESH - timedelta(seconds=1))
        )


def check(page: Page) -> None:
    """Check the page as it is now, and that it fits a narrow phone."""
    assert problems_of(page) == []
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if before:
        page.set_viewport_size(before)


def test_codes_are_turned_on_used_and_turned_off(
    visitor: Visitor, portal: Portal, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person()
    security = signed_in(visitor, portal, rosa)
    page = security.page
    check(page)
    security.press("Turn codes on")
    set_up = AppSetUp(page)
    expect(set_up.picture).to_be_visible()
    check(page)
    app = TOTP(set_up.key.replace(" ", ""))
    set_up.confirm("000000")
    expect(security.dialog).to_contain_text("not the code that the app shows")
    set_up.confirm(app.now())
    expect(set_up.recovery_codes).to_have_count(10)
    check(page)
    codes = set_up.recovery_codes.all_inner_texts()
    set_up.keep()
    expect(security.codes).to_contain_text("10 recovery codes are left.")
    check(page)
    wait_for_mail(mail, rosa.email, "Sign-in codes are on")
    security.sign_out()

    log_in, second = LogIn(page), Code(page)
    expect(log_in.heading).to_have_text("Sign in")
    log_in.sign_in(rosa.email, rosa.password)
    expect(second.heading).to_have_text("Enter your code")
    check(page)
    second.give("000000")
    expect(page.get_by_role("alert").filter(has_text="wrong or was used")).to_be_visible()
    page.goto("/account")
    expect(second.heading).to_have_text("Sign in")
    log_in.sign_in(rosa.email, rosa.password)
    expect(second.heading).to_have_text("Enter your code")
    second.give(next_code(app))
    expect(log_in.heading).to_have_text("Profile")
    security.sign_out()

    expect(log_in.heading).to_have_text("Sign in")
    log_in.sign_in(rosa.email, rosa.password)
    expect(second.heading).to_have_text("Enter your code")
    second.give(codes[0].upper())
    expect(log_in.heading).to_have_text("Book a visit")
    told = text_of(wait_for_mail(mail, rosa.email, "A recovery code was used"))
    assert "9 codes are left." in told

    grow_stale(clinic, rosa)
    security.open()
    expect(security.codes).to_contain_text("9 recovery codes are left.")
    security.press("Turn codes off")
    expect(page.get_by_role("dialog", name="Is it still you?")).to_be_visible()
    check(page)
    security.prove("not-the-password-1", codes[1])
    expect(security.dialog).to_contain_text("This is not your current password.")
    security.prove(rosa.password, codes[1])
    expect(security.notice("Thank you. Now press again.")).to_be_visible()
    security.press("Turn codes off")
    expect(page.get_by_role("dialog", name="Turn sign-in codes off?")).to_be_visible()
    check(page)
    security.dialog.get_by_role("button", name="Turn codes off").click()
    expect(security.notice("Sign-in codes are off.")).to_be_visible()
    wait_for_mail(mail, rosa.email, "Sign-in codes are off")


def test_new_recovery_codes_are_shown_and_the_old_ones_are_gone(
    visitor: Visitor, portal: Portal, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    security = signed_in(visitor, portal, rosa, **DESK)
    _app, codes = turn_codes_on(security)
    security.press("New recovery codes")
    set_up = AppSetUp(security.page)
    expect(set_up.recovery_codes).to_have_count(10)
    assert not set(set_up.recovery_codes.all_inner_texts()) & set(codes)
    check(security.page)
    set_up.keep()
    expect(security.dialog).to_have_count(0)


def test_a_passkey_is_added_signs_in_and_is_removed(
    visitor: Visitor, portal: Portal, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person()
    security = signed_in(visitor, portal, rosa)
    page = security.page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    grow_stale(clinic, rosa)
    security.press("Add a passkey")
    security.prove(rosa.password)
    expect(security.notice("Thank you. Now press again.")).to_be_visible()
    security.press("Add a passkey")
    expect(page.get_by_role("dialog", name="Add a passkey")).to_be_visible()
    check(page)
    security.press("Make the passkey")
    expect(security.passkeys).to_have_count(1)
    expect(security.passkeys).to_contain_text("not used yet")
    check(page)
    wait_for_mail(mail, rosa.email, "A passkey was added")
    security.press("Add a passkey")
    security.press("Make the passkey")
    expect(security.dialog).to_contain_text("has a passkey for your account already")
    security.press("Cancel")
    security.sign_out()

    log_in = LogIn(page)
    expect(log_in.heading).to_have_text("Sign in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(log_in.heading).to_have_text("Book a visit")
    security.open()
    expect(security.passkeys).to_contain_text("Last used")
    page.get_by_role("button", name="Remove").click()
    expect(security.notice("The passkey is removed.")).to_be_visible()
    expect(security.passkeys).to_have_count(0)
    security.sign_out()
    expect(log_in.heading).to_have_text("Sign in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(log_in.alert("does not open an account here")).to_be_visible()


def test_another_email_is_used_once_its_link_was_opened(
    visitor: Visitor, portal: Portal, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, new = clinic.add_person(), new_address("rosa")
    security = signed_in(visitor, portal, rosa)
    page = security.page
    grow_stale(clinic, rosa)
    security.change_email(new)
    expect(page.get_by_role("dialog", name="Is it still you?")).to_be_visible()
    security.prove(rosa.password)
    expect(security.notice("Thank you. Now press again.")).to_be_visible()
    # What was typed is still there.
    expect(page.get_by_role("textbox", name="New email")).to_have_value(new)
    security.press("Send the link")
    expect(security.notice("We sent an email to your new address.")).to_be_visible()
    wait_for_mail(mail, rosa.email, "A new email for your account was asked for")
    link = link_in(wait_for_mail(mail, new, "Confirm your new email"), "/new-email")
    page.goto(link)
    check(page)
    NewEmail(page).confirm()
    expect(security.heading).to_have_text("Your email is changed")
    check(page)
    wait_for_mail(mail, rosa.email, "Your email was changed")
    security.open()
    expect(security.part("Your email")).to_contain_text(new)
    security.sign_out()
    log_in = LogIn(page)
    expect(log_in.heading).to_have_text("Sign in")
    log_in.sign_in(rosa.email, rosa.password)
    expect(log_in.alert("Email or password is wrong.")).to_be_visible()
    log_in.sign_in(new, rosa.password)
    expect(log_in.heading).to_have_text("Book a visit")


def test_a_sign_in_from_a_new_browser_is_told_by_mail(
    visitor: Visitor, portal: Portal, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person()
    first = signed_in(visitor, portal, rosa)
    first.sign_out()
    log_in = LogIn(first.page)
    expect(log_in.heading).to_have_text("Sign in")
    log_in.sign_in(rosa.email, rosa.password)
    expect(log_in.heading).to_have_text("Book a visit")
    assert mail.to(rosa.email) == []
    signed_in(visitor, portal, rosa, viewport=PHONE)
    told = text_of(wait_for_mail(mail, rosa.email, "New sign-in to your account"))
    assert "Chrome on Linux" in told


@pytest.mark.parametrize("look", [{}, DESK], ids=["phone", "desk"])
def test_the_first_log_in_of_somebody_who_works_here(
    visitor: Visitor, portal: Portal, clinic: ClinicBook, mail: MailServer, look: dict[str, object]
) -> None:
    email = new_address("sam")
    with clinic.writing() as session:
        staff_id = builders.add_staff(session, StaffRole.FRONT_DESK).staff_id or ""
        assert session.exec(select(Staff).where(Staff.id == staff_id)).one()
        invite_staff(session, SYSTEM, staff_id, email)
    link = link_in(wait_for_mail(mail, email, "Your log-in at"), "/staff/invitation")

    page = at_localhost(visitor, portal, **look)
    door, chosen, set_up = LogIn(page), NewPassword(page), AppSetUp(page)
    page.goto(link)
    expect(door.heading).to_have_text("Choose your first password")
    check(page)
    page.get_by_role("textbox", name="New password").fill("short")
    page.get_by_role("button", name="Save the password").click()
    expect(chosen.summary).to_be_focused()
    page.get_by_role("textbox", name="New password").fill(PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    expect(door.heading).to_have_text("Set up your sign-in codes")
    expect(set_up.picture).to_be_visible()
    check(page)
    key = set_up.key
    page.reload()
    expect(set_up.picture).to_be_visible()
    assert set_up.key == key
    app = TOTP(key.replace(" ", ""))
    set_up.confirm(app.now())
    expect(set_up.recovery_codes).to_have_count(10)
    check(page)
    set_up.keep()
    expect(page).to_have_url(re.compile(r"/staff$"))

    page.goto("/staff/security")
    security = Security(page)
    expect(security.codes).to_contain_text("10 recovery codes are left.")
    expect(page.get_by_role("button", name="Turn codes off")).to_have_count(0)
    check(page)
    page.goto("/staff/login")
    expect(door.heading).to_have_text("Staff sign in")
    check(page)
    door.sign_in(email, PASSWORD)
    second = Code(page)
    expect(second.heading).to_have_text("Enter your code")
    second.give(next_code(app))
    expect(page).to_have_url(re.compile(r"/staff$"))
    page.goto("/staff/reset")
    expect(door.heading).to_have_text("Forgot your password?")
    check(page)
