"""What the question for whom a time is says about that time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal import routes, say
from portal.booking.choices import Choices
from portal.booking.rows import HeldRow
from portal.booking.service import Kept
from portal.booking.wording import first_names
from portal.visits.rows import PersonRow
from portal.words import _


def about_time(
    kept: Kept, item: HeldRow, coming: Sequence[PersonRow], now: datetime
) -> dict[str, Any]:
    """Return the words about a kept time, for those who come to it so far."""
    change = Choices(
        service=item.service.id,
        practitioner=item.practitioner_id,
        people=tuple(one.id for one in item.people),
        order=kept.order.id,
        instead=item.id,
    )
    return {
        "service_name": item.service.name,
        "when_words": _("{when}, with {name}").format(
            when=say.day_time(item.starts_shown), name=item.practitioner_name
        ),
        "kept_words": kept_words(kept),
        "kept_until": int(kept.order.expires_at.timestamp()),
        "seconds_left": max(0, int((kept.order.expires_at - now).total_seconds())),
        "change_href": change.href(routes.BOOK_TIMES),
        "go_words": _("Go on with {names}").format(names=first_names(coming, _("me")))
        if coming
        else _("Go on"),
    }


def kept_words(kept: Kept) -> str:
    """Say until when everything is kept, on the clock that the viewer reads."""
    until = kept.order.expires_at.astimezone(kept.order.items[0].starts_shown.tzinfo)
    if len(kept.order.items) == 1:
        return _("We keep this time for you until {until}.").format(until=say.clock_time(until))
    return _("We keep these times for you until {until}.").format(until=say.clock_time(until))
