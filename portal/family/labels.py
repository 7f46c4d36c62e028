"""What one family member is to another. A label grants nothing."""

from enum import StrEnum

from portal.words import _

LONGEST_OTHER = 40


class Label(StrEnum):
    """The labels offered (product.md, section 2)."""

    PARTNER = "partner"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    GUARDIAN = "guardian"
    LOOKED_AFTER = "looked_after"
    CARER = "carer"
    FRIEND = "friend"
    OTHER = "other"


LABEL_WORDS: dict[Label, str] = {
    Label.PARTNER: _("Partner"),
    Label.PARENT: _("Parent"),
    Label.CHILD: _("Child"),
    Label.SIBLING: _("Sibling"),
    Label.GRANDPARENT: _("Grandparent"),
    Label.GRANDCHILD: _("Grandchild"),
    Label.GUARDIAN: _("Guardian"),
    Label.LOOKED_AFTER: _("Person I look after"),
    Label.CARER: _("Carer"),
    Label.FRIEND: _("Friend"),
    Label.OTHER: _("Other"),
}

COUNTERPART: dict[Label, Label] = {
    Label.PARTNER: Label.PARTNER,
    Label.PARENT: Label.CHILD,
    Label.CHILD: Label.PARENT,
    Label.SIBLING: Label.SIBLING,
    Label.GRANDPARENT: Label.GRANDCHILD,
    Label.GRANDCHILD: Label.GRANDPARENT,
    Label.GUARDIAN: Label.LOOKED_AFTER,
    Label.LOOKED_AFTER: Label.GUARDIAN,
    Label.CARER: Label.LOOKED_AFTER,
    Label.FRIEND: Label.FRIEND,
    Label.OTHER: Label.OTHER,
}


def your(label: str, other: str | None = None) -> str:
    """Return how a person reads it about somebody else: "Your child", "Person you look after"."""
    if label == Label.LOOKED_AFTER:
        return _("Person you look after")
    if label == Label.OTHER:
        return other or _("Family member")
    return _("Your {label}").format(label=LABEL_WORDS[Label(label)].lower())
