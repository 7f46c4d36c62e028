"""What stands in the head of every page besides its title."""

import reflex as rx


def head_components() -> list[rx.Component]:
    """Return the favicon, the web manifest and the colours of the browser's own bars."""
    return [
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.meta(name="color-scheme", content="light dark"),
        rx.el.meta(name="theme-color", content="#f6f5f3", media="(prefers-color-scheme: light)"),
        rx.el.meta(name="theme-color", content="#171614", media="(prefers-color-scheme: dark)"),
        rx.el.meta(name="format-detection", content="telephone=no"),
    ]
