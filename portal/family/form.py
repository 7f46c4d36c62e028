"""The fields of one family member, the same at sign-up, in My Account and while booking."""

import reflex as rx

from portal.family.labels import LABEL_WORDS, LONGEST_OTHER, Label
from portal.shell.form import birth_date, checkbox, field, own_email_button, when
from portal.shell.state import Shell
from portal.words import _


def member_fields() -> tuple[rx.Component, ...]:
    """Return the fields; the checkbox's label is the client's, to the letter."""
    return (
        field(
            "relationship",
            _("Relationship to you"),
            options=[(label.value, words) for label, words in LABEL_WORDS.items()],
            named_label=_("{first_name} is your…"),
        ),
        when(
            "relationship",
            Label.OTHER.value,
            field("relationship_other", _("In your words"), optional=True, maxlength=LONGEST_OTHER),
        ),
        rx.el.div(
            field("first_name", _("First name"), autocomplete="off"),
            field("last_name", _("Last name"), autocomplete="off"),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        field(
            "email",
            _("Email"),
            own_email_button(Shell.my_email),
            type="email",
            autocomplete="off",
        ),
        rx.el.div(
            birth_date("birth_on", _("Birth date"), optional=True),
            field(
                "phone",
                _("Phone"),
                hint=_("Their own, if there is one"),
                optional=True,
                type="tel",
                autocomplete="off",
                named_hint=_("{first_name}’s own, if there is one"),
            ),
            class_name="grid gap-5 sm:grid-cols-[auto_minmax(0,1fr)]",
        ),
        checkbox(
            "bill_to_my_account",
            _(
                "I would like to give permission for this family member to bill their payments "
                "to my account"
            ),
            hint=_(
                "They could then pay for their own visits with any card you save here, now or "
                "later. They see the card type and its last four digits, nothing else. To stop it, "
                "turn it off under My Account, Sharing, or call the clinic."
            ),
        ),
    )
