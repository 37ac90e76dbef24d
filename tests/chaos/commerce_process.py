"""Sales, returns, points and coupons in a process that is killed between any two statements.

Run: python -m tests.chaos.commerce_process URL MALL ROUNDS SEED [GATEWAY KEYS]. With a gateway customers pay by code,
and what is said to it is a moment to be killed at too. It sets up a shop, then forks one child a round, which
kills itself (SIGKILL) before the n-th statement, and another that does the same round again, to its end. What a child
was told is done goes to stdout at once, a JSON line each: an acknowledgement that must hold whatever comes after.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Protocol

import orjson
from pydantic import SecretStr
from sqlalchemy import event

from domain.coupons import granting
from domain.coupons.commands import CreateTemplate, GrantCoupons
from domain.members import enrolment, points
from domain.members.commands import Channel, EnrolMember, GrantPoints
from domain.sales.views import SaleView
from domain.shared.actor import MallId
from domain.shared.database import DatabaseSettings, connect, disconnect, engine
from tests.domain.sales.conftest import NOON, Shop, item
from tests.sealing_keys import install_test_keys

TEMPLATE, POINTS = 'chaos', 1_000


class Till(Protocol):
    """How the rest of a sale is paid and what returns is given back."""

    def open(self, shop: Shop, one_more: Callable[..., None], *, is_second_try: bool) -> None:
        """Begins in a child of its own; `one_more` counts what it says to others."""

    def take_rest(self, shop: Shop, sale: SaleView, number: int) -> SaleView:
        """What is still due; done again, it is paid once."""

    def give_back(self, shop: Shop) -> None:
        """Refunds that are on their way."""


class Cash:
    """Into the drawer and out of it."""

    def open(self, shop: Shop, one_more: Callable[..., None], *, is_second_try: bool) -> None:
        return

    def take_rest(self, shop: Shop, sale: SaleView, number: int) -> SaleView:
        return shop.cash(sale, sale.money_fen - 2_000, key=f'cash-{number}-2')

    def give_back(self, shop: Shop) -> None:
        return


def main(url: str, mall: int, rounds: int, seed: int, till: Till | None = None) -> None:
    install_test_keys()
    connect(DatabaseSettings(url=SecretStr(url)))
    shop, till = Shop(MallId(mall)), till or Cash()
    shop.do(granting.create_template, command=CreateTemplate(
        code=TEMPLATE, name_zh='满减', name_en='Off', validity={'days_from_grant': 9}, stock=rounds + 1,
        terms={'kind': 'full_reduction', 'threshold_fen': 5_000, 'reduce_fen': 500},
    ))  # fmt: skip
    disconnect()
    source = Random(seed)
    statements = _forked(lambda: _round(shop, till, url, 0, kill_before=None))
    for number in range(1, rounds + 1):
        kill_before = source.randint(1, statements)
        _forked(lambda number=number, kill_before=kill_before: _round(shop, till, url, number, kill_before=kill_before))  # type: ignore[misc]
        _forked(lambda number=number: _round(shop, till, url, number, kill_before=None))  # type: ignore[misc]


def _forked(work: Callable[[], int]) -> int:
    """Runs it in a child; its result comes back over a pipe, 0 when the child was killed."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, str(work()).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        result = told.read()
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status) and not result:
        raise RuntimeError(f'a round failed with {status}')
    return int(result or 0)


def _round(shop: Shop, till: Till, url: str, number: int, *, kill_before: int | None) -> int:
    connect(DatabaseSettings(url=SecretStr(url)))
    count, one_more = _counting(kill_before)
    till.open(shop, one_more, is_second_try=number > 0 and kill_before is None)
    for step, told in steps(shop, number, till):
        line = orjson.dumps({'round': number, 'step': step, 'told': told, 'is_whole': kill_before is None})
        os.write(1, line + b'\n')
    return count['statements']


def _counting(kill_before: int | None) -> tuple[dict[str, int], Callable[..., None]]:
    """Counts statements and commits of this process, and kills it before one of them."""
    count = {'statements': 0}

    def one_more(*_: Any) -> None:
        count['statements'] += 1
        if count['statements'] == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine(), 'before_cursor_execute', one_more)
    event.listen(engine(), 'commit', one_more)
    return count, one_more


def steps(shop: Shop, number: int, till: Till | None = None) -> Iterator[tuple[str, Any]]:
    """A member's visit; every step bears a key, as those who try again do."""
    till = till or Cash()
    phone = SecretStr(str(13_700_000_000 + number))
    member = shop.do(enrolment.enrol_member, command=EnrolMember(channel=Channel.POS, phone=phone)).id
    yield 'enrol', [member]
    given = GrantPoints(member_id=member, key=f'points-{number}', points=POINTS, source='chaos')
    shop.do(points.grant_points, command=given)
    yield 'points', [shop.points(member) if number == 0 else member]
    granted = shop.do(granting.grant_coupons, command=GrantCoupons(
        template=TEMPLATE, member_id=member, key=f'coupon-{number}'
    ))  # fmt: skip
    yield 'coupon', [coupon.id for coupon in granted]
    sale = shop.ring(item(6_000), item(4_000), key=f'sale-{number}', member_id=member, points=POINTS, now=NOON)
    yield 'ring', [sale.id, sale.money_fen]
    shop.cash(sale, 2_000, key=f'cash-{number}-1')
    yield 'cash', [sale.id, 2_000]
    paid = till.take_rest(shop, sale, number)
    yield 'paid', [paid.id, paid.state]
    back = shop.take_back(paid, (1, 1), key=f'return-{number}')
    yield 'returned', [back.money_fen, back.points]
    till.give_back(shop)
    yield 'given_back', []


def _till(gateway: str, keys: str) -> Till:
    from tests.chaos.code_till import CodeTill

    return CodeTill(gateway, Path(keys))


if __name__ == '__main__':
    url, *numbers = sys.argv[1:5]
    main(url, *(int(number) for number in numbers), till=_till(*sys.argv[5:]) if sys.argv[5:] else None)
