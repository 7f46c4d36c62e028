"""The clinic's setting *Patients manage their own sharing*."""

from sqlmodel import Session

from portal.errors import NotAllowed
from portal.models import Clinic
from portal.permissions import Actor
from portal.words import _


def require_own_sharing(session: Session, actor: Actor) -> None:
    """Refuse patients where the clinic makes such changes itself; staff always may.

    Raises:
        NotAllowed: the setting is off (product.md, section 3).
    """
    if actor.kind == "patient" and not session.get_one(Clinic, "clinic").patients_manage_sharing:
        raise NotAllowed(
            _("At this clinic, changes to who can act for you go through the front desk. Call us.")
        )
