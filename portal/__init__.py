"""Kindred: a patient portal in which one family member books, pays and fills in for the others."""
