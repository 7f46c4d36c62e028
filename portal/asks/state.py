"""The page behind the link in a mail that asks; its form posts to a plain route."""

from typing import TypedDict

import reflex as rx

from portal import db
from portal.asks.service import about_link, has_proved
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import guarded
from portal.shell.state import fill_frame


class QuestionView(TypedDict):
    """One thing that is asked."""

    id: str
    field: str
    title: str
    opens: str
    does_not_open: str


class AskLink(rx.State):
    """What is asked, and what it takes to say yes."""

    shown_for: str = ""
    loaded: bool = False
    works: bool = False
    is_other: bool = False  # somebody else is signed in in this browser
    yes_takes: str = "password"  # or "sign-in" (there is a second step), or "" (proved just now)
    about: str = ""
    questions: list[QuestionView] = []

    @guarded(public=True)
    async def load(self, *, actor: Actor | None) -> None:
        """Show what the link asks; nothing is answered by opening it."""
        await fill_frame(self, actor)
        self.shown_for = here(self)
        token = self.router.url.query_parameters.get("token", "")
        found = await db.read(about_link, token)
        self.loaded, self.works = True, bool(found and found.questions)
        self.is_other = bool(found and actor and actor.account_id != found.account_id)
        self.about, self.questions, self.yes_takes = "", [], "password"
        if found is None or self.is_other:
            return
        if await db.read(has_proved, actor, found.account_id):
            self.yes_takes = ""
        elif found.has_second_step:
            self.yes_takes = "sign-in"
        self.about = found.about
        self.questions = [
            QuestionView(
                id=one.id,
                field=f"answers.{one.id}",
                title=one.title,
                opens=one.opens,
                does_not_open=one.does_not_open,
            )
            for one in found.questions
        ]
