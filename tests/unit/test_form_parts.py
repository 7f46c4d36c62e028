"""A form cannot be wired so that it would hang or send nothing."""

import pytest
import reflex as rx

from portal.shell.form import blocks, field, form


def test_a_form_needs_somewhere_to_go() -> None:
    with pytest.raises(ValueError, match="either an action or on_submit"):
        form(field("name", "Name"), name="nowhere")


def test_a_form_cannot_go_to_two_places() -> None:
    with pytest.raises(ValueError, match="either an action or on_submit"):
        form(name="both", action="/auth/login", on_submit=rx.noop())


def test_a_form_with_a_handler_needs_to_know_when_it_was_answered() -> None:
    with pytest.raises(ValueError, match="needs answered"):
        form(name="hangs", on_submit=rx.noop())


def test_what_was_not_given_is_not_sent_to_the_browser() -> None:
    shown = str(field("name", "Name"))
    assert "hint" not in shown
    assert "initial" not in shown


def test_a_list_of_people_has_room_for_twelve() -> None:
    assert "max:12" in str(blocks("family", field("first_name", "First name")))
