"""The words by which staff find a patient."""

from sqlalchemy import Column, Index, String
from sqlmodel import Field, SQLModel


class SearchWord(SQLModel, table=True):
    """One word of a patient's names, one form of their phone number, or their birth date."""

    __tablename__ = "search_word"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (Index("ix_search_word_patient_id", "patient_id"),)

    # By code point on both databases: a prefix is then a range of the key.
    word: str = Field(
        sa_column=Column(
            String().with_variant(String(collation="C"), "postgresql"), primary_key=True
        )
    )
    patient_id: str = Field(foreign_key="patient.id", primary_key=True)
