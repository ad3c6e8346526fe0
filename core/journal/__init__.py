"""The record of everything that has to do with money."""

from core.journal.records import KINDS as KINDS
