"""Settings > Online Booking > Booking, Cancelling & Relationships."""

import reflex as rx

from portal import routes
from portal.shell.form import checkbox, form
from portal.shell.links import link
from portal.shell.screen import title, waiting
from portal.staff.frame import staff_screen
from portal.staff.settings.state import Settings
from portal.words import _


@rx.page(routes.STAFF_SETTINGS, title=title(_("Settings")), on_load=Settings.load)
def settings() -> rx.Component:
    """Show the settings of online booking."""
    return staff_screen(
        rx.el.div(
            _menu(),
            rx.el.div(
                rx.el.p(_("Settings, Online Booking"), class_name="text-sm text-muted"),
                rx.el.h1(
                    _("Booking, Cancelling & Relationships"),
                    class_name="text-2xl sm:text-3xl",
                    tab_index=-1,
                ),
                rx.cond(
                    Settings.loaded, _form(), rx.cond(Settings.answered, rx.fragment(), waiting())
                ),
                class_name="min-w-0",
            ),
            class_name="grid gap-6 lg:grid-cols-[14.5rem_minmax(0,1fr)] lg:gap-10",
        ),
        current="settings",
    )


def _menu() -> rx.Component:
    """List the groups of settings; there will be more."""
    return rx.el.nav(
        rx.el.p(_("Settings"), class_name="mb-2 px-3 font-bold"),
        rx.el.ul(
            rx.el.li(
                link(_("Online Booking"), to=routes.STAFF_SETTINGS, current=True, class_name="")
            ),
            class_name="menu w-full gap-0.5 p-0",
        ),
        custom_attrs={"aria-label": _("Settings")},
    )


def _form() -> rx.Component:
    return form(
        checkbox(
            "allow_related_profiles",
            _("Allow Patients to add related profiles"),
            hint=_(
                "Patients add children, partners and others themselves, when they sign up, in My "
                "Account and while booking. Without it only staff link patients."
            ),
            default=Settings.allow_related_profiles,
        ),
        checkbox(
            "patients_manage_sharing",
            _("Patients manage their own sharing"),
            hint=_(
                "Patients say on the Sharing page who may act for them. Without it the page only "
                "shows it, and changes go through the front desk."
            ),
            default=Settings.patients_manage_sharing,
        ),
        name="settings",
        on_submit=Settings.save,
        answered=Settings.answered,
        errors=Settings.errors,
        message=Settings.message,
        submit=_("Save"),
        place="inline",
        class_name="mt-6 grid max-w-read gap-6 rounded-box border border-base-300 bg-base-100 p-4 "
        "sm:p-6",
    )
