"""Settings are checked at start, with one clear sentence for each mistake."""

import pytest

from portal.config import BadSettings, Mode, read_settings

GOOD = {
    "PORTAL_ORIGIN": "https://portal.clinic.example",
    "PORTAL_SECRET_KEY": "k" * 32,
    "SMTP_URL": "smtp://mail.clinic.example:587",
    "DATABASE_URL": "postgres://portal@db/portal",
}


def test_production_is_the_default_and_runs_with_good_settings():
    settings = read_settings(GOOD)
    assert settings.mode is Mode.PRODUCTION
    assert settings.tls
    assert settings.database_url == "postgresql+psycopg://portal@db/portal"
    assert settings.origins == ["https://portal.clinic.example"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORTAL_SECRET_KEY", "", "PORTAL_SECRET_KEY is missing"),
        ("PORTAL_SECRET_KEY", "short", "PORTAL_SECRET_KEY is too short"),
        ("PORTAL_ORIGIN", "", "PORTAL_ORIGIN is missing"),
        ("PORTAL_ORIGIN", "http://portal.clinic.example", "must begin with https://"),
        ("PORTAL_ORIGIN", "portal.clinic.example/x", "must be a scheme and a host"),
        ("PORTAL_MODE", "prod", "PORTAL_MODE is 'prod'"),
        ("PORT", "0", "PORT is '0'"),
        ("PORT", "http", "PORT is 'http'"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with"),
        ("REDIS_URL", "http://x", "REDIS_URL must begin with"),
        ("SMTP_URL", "", "SMTP_URL is missing"),
        ("SMTP_URL", "mail.example", "SMTP_URL must look like"),
    ],
)
def test_each_mistake_has_its_sentence(name, value, sentence):
    with pytest.raises(BadSettings, match=sentence) as caught:
        read_settings({**GOOD, name: value})
    assert len(str(caught.value).splitlines()) == 1


def test_all_mistakes_are_named_at_once():
    with pytest.raises(BadSettings) as caught:
        read_settings({"PORT": "x", "PORTAL_SECRET_KEY": "y"})
    assert len(str(caught.value).splitlines()) == 4


def test_the_demo_needs_nothing_and_knows_both_names_of_this_machine():
    settings = read_settings({"PORTAL_MODE": "demo", "PORT": "3100"})
    assert settings.origins == ["http://127.0.0.1:3100", "http://localhost:3100"]
    assert settings.hosts == ["127.0.0.1", "localhost"]
    assert settings.smtp_url is None
