"""The address of the open page, kept in step with what was chosen on it."""

from typing import Any

import reflex as rx


class _Address(rx.Component):
    library = "$/public/kit/address.jsx"
    tag = "Address"
    alias = "KitAddress"

    address: rx.Var[str]


def address_bar(address: Any) -> rx.Component:
    """Write an own address over that of this page: no new page, but a reload finds it again."""
    return _Address.create(address=address)
