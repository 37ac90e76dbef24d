"""Sales, returns, points and coupons in a process that is killed between any two statements.

Run: python -m tests.chaos.commerce_process URL MALL ROUNDS SEED. It sets up a shop, then forks one child a round, which
kills itself (SIGKILL) before the n-th statement, and another that does the same round again, to its end. What a child
was told is done goes to stdout at once, a JSON line each: an acknowledgement that must hold whatever comes after.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import orjson
from pydantic import SecretStr
from sqlalchemy import event

from domain.coupons import granting
from domain.coupons.commands import CreateTemplate, GrantCoupons
from domain.members import enrolment, points
from domain.members.commands import Channel, EnrolMember, GrantPoints
from domain.shared.actor import MallId
from domain.shared.database import DatabaseSettings, connect, disconnect, engine
from tests.domain.sales.conftest import NOON, Shop, item
from tests.sealing_keys import install_test_keys

TEMPLATE, POINTS = 'chaos', 1_000


def main(url: str, mall: int, rounds: int, seed: int) -> None:
    install_test_keys()
    connect(DatabaseSettings(url=SecretStr(url)))
    shop = Shop(MallId(mall))
    shop.do(granting.create_template, command=CreateTemplate(
        code=TEMPLATE, name_zh='满减', name_en='Off', validity={'days_from_grant': 9}, stock=rounds + 1,
        terms={'kind': 'full_reduction', 'threshold_fen': 5_000, 'reduce_fen': 500},
    ))  # fmt: skip
    disconnect()
    source = Random(seed)
    statements = _forked(lambda: _round(shop, url, 0, kill_before=None))
    for number in range(1, rounds + 1):
        kill_before = source.randint(1, statements)
        _forked(lambda number=number, kill_before=kill_before: _round(shop, url, number, kill_before=kill_before))  # type: ignore[misc]
        _forked(lambda number=number: _round(shop, url, number, kill_before=None))  # type: ignore[misc]


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


def _round(shop: Shop, url: str, number: int, *, kill_before: int | None) -> int:
    connect(DatabaseSettings(url=SecretStr(url)))
    count = _counting(kill_before)
    for step, told in steps(shop, number):
        line = orjson.dumps({'round': number, 'step': step, 'told': told, 'is_whole': kill_before is None})
        os.write(1, line + b'\n')
    return count['statements']


def _counting(kill_before: int | None) -> dict[str, int]:
    """Counts statements and commits of this process, and kills it before one of them."""
    count = {'statements': 0}

    def one_more(*_: Any) -> None:
        count['statements'] += 1
        if count['statements'] == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine(), 'before_cursor_execute', one_more)
    event.listen(engine(), 'commit', one_more)
    return count


def steps(shop: Shop, number: int) -> Iterator[tuple[str, Any]]:
    """A member's visit; every step bears a key, as those who try again do."""
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
    paid = shop.cash(sale, sale.money_fen - 2_000, key=f'cash-{number}-2')
    yield 'paid', [paid.id, paid.state]
    back = shop.take_back(paid, (1, 1), key=f'return-{number}')
    yield 'returned', [back.money_fen, back.points]


if __name__ == '__main__':
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
