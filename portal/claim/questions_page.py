"""The questions of the claim page: what to keep of what each person may do."""

from typing import Any

import reflex as rx

from portal.claim.state import Claim
from portal.claim.views import GrantView
from portal.shell.form import submit_button
from portal.shell.keep import keep_all, keep_count, keep_drop
from portal.shell.people import face
from portal.words import _


def questions() -> rx.Component:
    """Ask about each permission of each person, or say that there is none."""
    return rx.cond(
        Claim.holders,
        rx.el.section(
            rx.el.div(
                rx.el.h2(_("Keep or drop each one"), id="keep-h", class_name="text-xl"),
                keep_all(Claim.names),
                class_name="flex flex-wrap items-center justify-between gap-3",
            ),
            rx.foreach(Claim.holders, _holder),
            rx.el.p(
                _(
                    "You can change all of this later, at any time. Nobody sees your doctor’s "
                    "notes, your password or your other family."
                ),
                class_name="text-muted",
            ),
            class_name="grid gap-4",
            custom_attrs={"aria-labelledby": "keep-h"},
        ),
        rx.el.p(_("Nobody can do anything for you at the moment.")),
    )


def _holder(holder: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            face(holder["initials"], holder["colour"].to(int)),
            rx.el.h3(
                rx.el.span(_("What"), " "),
                holder["name"],
                rx.el.span(" ", _("may do for you")),
                class_name="min-w-0 text-lg wrap-anywhere",
            ),
            class_name="flex items-center gap-3",
        ),
        rx.el.div(
            rx.foreach(holder["grants"].to(list[GrantView]), _grant),
            class_name="mt-3 divide-y divide-base-300 rounded-box border border-base-300 "
            "bg-base-100",
        ),
        key=holder["id"],
    )


def _grant(grant: Any) -> rx.Component:
    return rx.el.div(
        keep_drop(grant["name"], grant["label"], grant["opens"], grant["does_not_open"]),
        key=grant["name"],
    )


def save_bar(words: str, *, menus: bool = False) -> rx.Component:
    """Show the main button, with how many questions are answered above it.

    It stands under the thumb, but on a page with ``menus``, which are there already.
    """
    return rx.el.div(
        rx.cond(Claim.names, rx.el.div(keep_count(Claim.names), class_name="mb-2")),
        submit_button(words, class_name="btn-block lg:w-auto lg:px-10"),
        class_name="" if menus else "action-bar action-bar-tall",
    )
