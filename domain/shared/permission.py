"""A permission: a code that operations, queries, pages and routes name, with a sentence in two languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """`code` reads `slice.verb`; roles hold codes, so renaming one is a migration."""

    code: str
    zh: str
    en: str
