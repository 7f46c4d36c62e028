"""What tests of mails begin with."""

import pytest

from portal.db import writing
from tests.builders import add_clinic
from tests.servers.mail import MailServer


@pytest.fixture
def mail(database: str, smtp_server: MailServer) -> MailServer:
    """Give the mail server of a small clinic."""
    with writing() as session:
        add_clinic(session)
    return smtp_server
