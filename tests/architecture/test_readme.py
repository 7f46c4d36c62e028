"""The README says what the code does: who may do what, and who can sign in to the demo."""

from portal.demo.logins import APP_KEY, LOGINS, PASSWORD, STAFF_LOGINS
from scripts.policy_table import BEGIN, END, README, table, with_table


def test_who_may_do_what_is_the_policy():
    assert with_table(README.read_text()) == README.read_text()


def test_a_table_that_is_out_of_date_is_seen():
    stale = f"text {BEGIN}\n| old |\n{END} more"
    assert with_table(stale) == f"text {BEGIN}\n{table()}\n{END} more"
    assert with_table(stale) != stale


def test_every_demo_log_in_is_in_the_readme():
    text = README.read_text()
    assert PASSWORD in text
    assert APP_KEY in text
    logins = (*LOGINS, *STAFF_LOGINS)
    assert [login.email for login in logins if login.email not in text] == []
