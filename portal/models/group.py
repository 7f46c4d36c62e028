"""Named lists of patients whom staff book together."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime


class PatientGroup(SQLModel, table=True):
    """A list to book people together by, such as "The Smiths"; it changes no permission."""

    __tablename__ = "patient_group"  # pyright: ignore[reportAssignmentType]

    id: str = Field(primary_key=True)
    name: str = Field(index=True)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PatientGroupMember(SQLModel, table=True):
    """Somebody on such a list."""

    __tablename__ = "patient_group_member"  # pyright: ignore[reportAssignmentType]

    group_id: str = Field(foreign_key="patient_group.id", primary_key=True)
    patient_id: str = Field(foreign_key="patient.id", primary_key=True, index=True)
    position: int = 0  # the first one pays, unless another is chosen
