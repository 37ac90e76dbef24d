"""Pages of a list: `limit` and an opaque cursor that names the last key seen, so that new rows shift nothing."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel

from domain.shared.errors import DomainError

T = TypeVar('T')
MOST = 200
LARGEST = 2**62


class BadCursor(DomainError):
    code = 'api.bad_cursor'
    status = 422
    zh = '游标无效，请从第一页重新开始。'
    en = 'The cursor is not valid. Start again from the first page.'


class Page(BaseModel, Generic[T]):
    items: list[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Paging:
    limit: int
    cursor: str | None

    def of(self, items: Sequence[T], key: Callable[[T], int | str]) -> Page[T]:
        """One page of a list that is sorted by a unique key.

        :raises BadCursor: when the cursor is not one of ours.
        """
        after = _decoded(self.cursor)
        ordered = sorted(items, key=lambda item: _comparable(key(item)))
        rest = [item for item in ordered if after is None or _comparable(key(item)) > after]
        page = rest[: self.limit]
        more = len(rest) > self.limit
        return Page(items=page, next_cursor=_encoded(key(page[-1])) if more else None)

    def after_number(self) -> int | None:
        """The number that the cursor holds, for lists that are read a page at a time.

        :raises BadCursor: when it is not one of ours.
        """
        after = _decoded(self.cursor)
        if after is None:
            return None
        _, number = after
        if not isinstance(number, int) or abs(number) > LARGEST:
            raise BadCursor
        return number


def paging(
    limit: Annotated[int, Query(ge=1, le=MOST, description='How many at most.')] = 50,
    cursor: Annotated[str | None, Query(max_length=200, description='`next_cursor` of the page before.')] = None,
) -> Paging:
    return Paging(limit, cursor)


def _comparable(key: int | str) -> tuple[int, int | str]:
    return (0, key) if isinstance(key, int) else (1, key)


def _encoded(key: int | str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip('=')


def _decoded(cursor: str | None) -> tuple[int, int | str] | None:
    if cursor is None:
        return None
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor + '=' * (-len(cursor) % 4)))
    except (binascii.Error, orjson.JSONDecodeError, ValueError) as error:
        raise BadCursor from error
    if isinstance(key, bool) or not isinstance(key, int | str):
        raise BadCursor
    return _comparable(key)
