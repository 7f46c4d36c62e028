"""Who may do what to whom: the six permissions, the policy table and the three questions."""

from portal.permissions.actor import SYSTEM as SYSTEM
from portal.permissions.actor import Actor as Actor
from portal.permissions.actor import StaffRole as StaffRole
from portal.permissions.check import can as can
from portal.permissions.check import may_at_clinic as may_at_clinic
from portal.permissions.check import require as require
from portal.permissions.check import require_row as require_row
from portal.permissions.check import visible as visible
from portal.permissions.check import who_can as who_can
from portal.permissions.permission import SIX as SIX
from portal.permissions.permission import Permission as Permission
from portal.permissions.policy import Action as Action
