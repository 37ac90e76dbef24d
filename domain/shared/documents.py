"""Papers that leave the house (对账单, 租金表): what stands on them, and the port that makes files of it.

Who composes a paper chooses its words and language; whoever draws it knows nothing of leases or bills.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Kind = Literal['text', 'money', 'number', 'percent', 'day']
Cell = str | int | float | date | None
"""Money in fen; a share as a number from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperColumn:
    """A column; `width` is its share of the page beside the others."""

    label: str
    kind: Kind = 'text'
    width: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """Rows under heads; `total` is one more row, set apart."""

    title: str
    columns: Sequence[PaperColumn]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document: who it is from, its title, facts in pairs, tables, and small print.

    `code` is drawn to be scanned from the paper, beside the title.
    """

    issuer: str
    title: str
    subtitle: str = ''
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[PaperTable] = ()
    notes: Sequence[str] = ()
    code: str = ''
    page_words: str = '{page} / {pages}'


class Documents(Protocol):
    """Makes files of papers."""

    def pdf(self, paper: Paper) -> bytes:
        """The paper to print."""
        ...

    def workbook(self, tables: Sequence[PaperTable]) -> bytes:
        """The tables as an XLSX, one sheet each, with amounts and days that can be calculated with."""
        ...
