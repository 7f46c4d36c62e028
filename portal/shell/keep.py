"""Keep or drop: one question for each thing somebody may do, inside `portal.shell.form.form`."""

from typing import Any

import reflex as rx

from portal.words import _

Text = str | rx.Var[str]


class _KeepDrop(rx.Component):
    library = "$/public/kit/keep.jsx"
    tag = "KeepDrop"
    alias = "KitKeepDrop"

    field_name: rx.Var[str]
    label: rx.Var[str]
    opens: rx.Var[str]
    closed: rx.Var[str]
    keep: rx.Var[str]
    drop: rx.Var[str]


class _KeepAll(rx.Component):
    library = "$/public/kit/keep.jsx"
    tag = "KeepAll"
    alias = "KitKeepAll"

    names: rx.Var[list[str]]
    keep_all: rx.Var[str]
    drop_all: rx.Var[str]


class _KeepCount(rx.Component):
    library = "$/public/kit/keep.jsx"
    tag = "KeepCount"
    alias = "KitKeepCount"

    names: rx.Var[list[str]]
    words: rx.Var[str]


def keep_drop(name: Text, label: Text, opens: Text, does_not_open: Text) -> rx.Component:
    """Ask whether one permission is kept; neither answer is chosen beforehand.

    Sent as "keep" or "drop", or empty while unanswered.
    """
    return _KeepDrop.create(
        field_name=name,
        label=label,
        opens=opens,
        closed=does_not_open,
        keep=_("Keep"),
        drop=_("Drop"),
    )


def keep_all(names: Any) -> rx.Component:
    """Offer to answer all the questions of these names at once."""
    return _KeepAll.create(names=names, keep_all=_("Keep all"), drop_all=_("Drop all"))


def keep_count(names: Any) -> rx.Component:
    """Say how many of them are answered."""
    return _KeepCount.create(names=names, words=_("{done} of {all} answered"))
