"""What Reflex itself reads; it decides nothing, see portal/config.py and portal/build.py."""

import reflex as rx
from reflex_base.constants import StateManagerMode

from portal.build import PortablePlugin, ThemePlugin
from portal.bundle import BundlePlugin
from portal.config import settings

config = rx.Config(
    app_name="portal",
    state_manager_mode=StateManagerMode.REDIS if settings().redis_url else StateManagerMode.MEMORY,
    redis_url=settings().redis_url,
    cors_allowed_origins=settings().origins,
    # Else everybody behind the clinic's proxy has one address, and one limit, together.
    trusted_proxy_hops=settings().proxies,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["brotli", "gzip"],
    default_color_mode="system",
    plugins=[ThemePlugin(), BundlePlugin(), PortablePlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
