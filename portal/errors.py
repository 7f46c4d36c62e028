"""What can go wrong on purpose: each error is a sentence a patient may read.

No error text carries personal data, because texts reach logs.
"""

from portal.words import _


class PortalError(Exception):
    """An expected refusal; ``str(error)`` is shown to the person."""

    def __init__(self, message: str) -> None:
        """Keep the sentence to show."""
        super().__init__(message)
        self.message = message


class AccessRefused(PortalError):
    """Somebody asked for what is not theirs; the refusal goes into the audit trail."""

    def __init__(self, message: str, action: str = "", subject_id: str | None = None) -> None:
        """Keep what was asked for, for the trail only."""
        super().__init__(message)
        self.action = action
        self.subject_id = subject_id


class NotFound(AccessRefused):
    """It does not exist, or it is not this person's to know about: both look the same."""

    def __init__(self, message: str = "", action: str = "", subject_id: str | None = None) -> None:
        """Use the one sentence for both cases unless another says more to somebody allowed."""
        usual = _(
            "We cannot find that. It may have been changed or removed. Go back and try again."
        )
        super().__init__(message or usual, action, subject_id)


class NotAllowed(AccessRefused):
    """The person knows about it but may not do this."""

    def __init__(self, message: str = "", action: str = "", subject_id: str | None = None) -> None:
        """Say what to do next."""
        usual = _("You do not have permission for this. Ask the family member, or call the clinic.")
        super().__init__(message or usual, action, subject_id)


class Invalid(PortalError):
    """What was entered cannot be used; nothing has changed.

    ``errors`` maps the name of a field to its sentence; an empty name is about the whole form.
    """

    def __init__(self, errors: dict[str, str]) -> None:
        """Keep the sentences by field."""
        super().__init__(next(iter(errors.values()), ""))
        self.errors = errors


class SlotTaken(PortalError):
    """Somebody else took the time between choosing and confirming."""

    def __init__(self, message: str = "") -> None:
        """Say what to do next."""
        super().__init__(
            message
            or _("That time has just been taken. Nothing was booked. Please choose another time.")
        )


class TooMany(PortalError):
    """A limit was reached; trying later helps."""

    def __init__(self, message: str = "") -> None:
        """Say when to try again."""
        super().__init__(
            message or _("That was a lot of tries. Please wait a few minutes, then try again.")
        )


class SignedOut(PortalError):
    """There is no live session behind this request."""

    def __init__(self) -> None:
        """Say what to do next."""
        super().__init__(_("You have been signed out. Please sign in again."))
