"""How the clinic and the person signed in are named on a page: values or state vars."""

from dataclasses import dataclass

import reflex as rx

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


CLINIC = Clinic()
VISITOR = Me()
