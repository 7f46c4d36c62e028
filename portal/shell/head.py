"""What stands in the head of every page besides its title."""

import reflex as rx


def head_components() -> list[rx.Component]:
    """Return the favicon, the web manifest and the colours of the browser's own bars."""
    return [
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.meta(name="color-scheme", content="light dark"),
        theme_color("#f6f5f3", "light"),
        theme_color("#171614", "dark"),
        rx.el.meta(name="format-detection", content="telephone=no"),
    ]


def theme_color(colour: str, scheme: str) -> rx.Component:
    """Return the colour of the browser's bars in the light or the dark scheme."""
    # Reflex knows no such property of a meta element and would take it for a style.
    media = {"media": f"(prefers-color-scheme: {scheme})"}
    return rx.el.meta(name="theme-color", content=colour, custom_attrs=media)
