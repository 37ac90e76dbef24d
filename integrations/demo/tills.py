"""The demo mall's own tills: stocked shops, price lists, and days of sales told through the operations of the domain.

A day is one transaction, told in the order in which it happened; its keys are made from mall, till and number, so that
a day told twice is one day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from domain.inventory import items as inventory_items
from domain.inventory import operations as inventory
from domain.inventory.commands import OpenLocation, Receive, RegisterItem
from domain.mall.queries import get_business_clock
from domain.members.commands import MemberId
from domain.members.directory import list_members
from domain.payments import paying, refunding
from domain.payments.commands import OpenAttempt
from domain.payments.ports import Outcome, PayAnswer
from domain.sales import pricing, returning, selling, shifts
from domain.sales.commands import (
    BasketItem,
    CloseShift,
    MoveCash,
    OpenShift,
    Price,
    RegisterTill,
    ReturnLines,
    RingUp,
    SetPrices,
    TenderCash,
)
from domain.sales.views import SaleView
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.database import Session
from domain.shared.operations import operation
from domain.shared.permissions import UPKEEP
from integrations.demo.articles import SHOPS, Article

# Till, shop, whose it is today. The second of each shop tells of the days before, the first of yesterday and today.
TILLS = (
    ('T01', 'b1-01', '吴小满'), ('T02', 'b1-01', '孙一诺'), ('T11', 'b1-11', '钱多多'), ('T12', 'b1-11', '周明远'),
)  # fmt: skip
FLOAT_FEN, TAKEN_OUT_FEN = 50_000, -100_000
PIECES, DEARER = 600, 3
REGULARS = 20  # few, so that some come often
OPENS, CLOSES = time(10), time(22)
BUSY = (4, 5, 8, 9, 6, 5, 6, 8, 11, 12, 9, 5)  # baskets by hour from ten o'clock on
CHANNELS = ('wechat',) * 11 + ('alipay',) * 5 + ('cash',) * 4
STAFF_RIGHTS = frozenset({'*'})


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment over a channel, as the channel's bill will name it."""

    channel: str
    out_no: str
    fen: int


@dataclass(frozen=True, slots=True)
class ToldDay:
    """What a day at one till made."""

    sales: tuple[SaleView, ...]
    paid: tuple[Paid, ...]


@operation(UPKEEP, name='demo.furnish_tills')
def furnish_tills(session: Session, *, actor: Actor, since: datetime, now: datetime) -> int:
    """Registers tills, articles, their stock and prices, some of which rise next week. Returns how many articles."""
    next_week = get_business_clock(session, actor=actor).business_on(now) + timedelta(days=7)
    for shop, articles in SHOPS.items():
        place = inventory_items.open_location(
            session, actor=actor, command=OpenLocation(code=f'shop-{shop}', kind='shelf'), now=now
        )
        prices = tuple(Price(sku=one.sku, category=one.category, unit_fen=one.fen) for one in articles)
        pricing.set_prices(session, actor=actor, command=SetPrices(shop=shop, prices=prices), now=now)
        dearer = tuple(replace(price, unit_fen=price.unit_fen * 108 // 100) for price in prices[:DEARER])
        pricing.set_prices(
            session, actor=actor, command=SetPrices(shop=shop, prices=dearer, from_on=next_week), now=now
        )
        for one in articles:
            item = inventory_items.register_item(session, actor=actor, now=now, command=RegisterItem(
                sku=one.sku, barcodes=(one.barcode,), name_zh=one.name_zh, name_en=one.name_en
            ))  # fmt: skip
            inventory.receive(session, actor=actor, now=now, command=Receive(
                key=f'demo-opening-{one.sku}', item_id=item.id, location_id=place.id, quantity=PIECES,
                occurred_at=since, cost_fen=PIECES * one.fen * 7 // 10, reference='期初入库',
            ))  # fmt: skip
    for code, shop, _ in TILLS:
        command = RegisterTill(code=code, shop=shop, location=f'shop-{shop}')
        shifts.register_till(session, actor=actor, command=command, now=now)
    return sum(map(len, SHOPS.values()))


@operation(UPKEEP, name='demo.sell_a_day', is_audited=False)
def sell_a_day(
    session: Session, *, actor: Actor, till: str, day: date, baskets: int, until: datetime, now: datetime
) -> ToldDay:
    """A cashier's day at a till, up to an instant; a day that has ended is counted and closed."""
    [(_, shop, cashier)] = [row for row in TILLS if row[0] == till]
    clock = get_business_clock(session, actor=actor)
    staff = Actor(name=cashier, kind='person', mall_id=actor.mall_id, permissions=STAFF_RIGHTS)
    day_at_till = _DayAtTill(session, staff, till, shop, Random(f'{till}{day}'), f'{actor.mall_id}/{till}/{day}')  # noqa: S311
    day_at_till.regulars = _regulars(session, actor, now)
    opens, closes = clock.at(day, OPENS), clock.at(day, CLOSES)
    if until <= opens:
        return ToldDay((), ())
    shifts.open_shift(session, actor=staff, command=OpenShift(till=till, float_fen=FLOAT_FEN), now=opens)
    for number, moment in enumerate(_moments(day_at_till.random, clock, day, baskets)):
        if moment < min(until, closes):
            day_at_till.serve(number, moment)
    if until > closes:
        day_at_till.end(closes)
    return ToldDay(tuple(day_at_till.sales), tuple(day_at_till.paid))


class _DayAtTill:
    """The cashier's acts, each at its moment."""

    def __init__(self, session: Session, staff: Actor, till: str, shop: str, random: Random, name: str) -> None:
        self._session, self._staff, self._till, self._shop = session, staff, till, shop
        self.random, self._name = random, name
        self.sales: list[SaleView] = []
        self.paid: list[Paid] = []
        self.regulars: tuple[MemberId, ...] = ()
        self._cash_back = 0

    def serve(self, number: int, moment: datetime) -> None:
        """One customer; now and then goods of an earlier one come back."""
        key = self._key(number)
        items = self._basket()
        seconds = round(8 + 6 * len(items) + self.random.gammavariate(2, 5))
        sale = selling.ring_up(self._session, actor=self._staff, now=moment, command=RingUp(
            key=key, till=self._till, items=items, occurred_at=moment, seconds=seconds, member_id=self._member(number),
            coupons=(),
        ))  # fmt: skip
        self.sales.append(self._pay(sale, self.random.choice(CHANNELS), moment + timedelta(seconds=20)))
        if number % 23 == 11:
            self._take_back(self.sales[number // 2], number, moment + timedelta(minutes=1))

    def end(self, moment: datetime) -> None:
        """Cash goes to the safe, the drawer is counted; it is not always right."""
        report = shifts.get_x_report(self._session, actor=self._staff, till=self._till)
        taken = report.cash_taken_fen - self._cash_back
        moved = TAKEN_OUT_FEN if taken > -TAKEN_OUT_FEN else 0
        if moved:
            shifts.move_cash(self._session, actor=self._staff, now=moment, command=MoveCash(
                till=self._till, key=self._key('safe'), fen=moved, reason='存入保险柜'
            ))  # fmt: skip
        off = self.random.choice((0, 0, 0, 0, -450, 0, 100, 0))
        counted = max(0, FLOAT_FEN + taken + moved + off)
        shifts.close_shift(
            self._session, actor=self._staff, command=CloseShift(till=self._till, counted_fen=counted), now=moment
        )

    def _member(self, number: int) -> MemberId | None:
        """Every third customer says who they are."""
        if number % 3 or not self.regulars:
            return None
        return Random(self._key(f'member-{number}')).choice(self.regulars)  # noqa: S311

    def _basket(self) -> tuple[BasketItem, ...]:
        articles = SHOPS[self._shop]
        count = min(len(articles), 1 + int(self.random.expovariate(0.45)))
        chosen = dict.fromkeys(self.random.choices(articles, [one.weight for one in articles], k=count))
        return tuple(self._item(one) for one in chosen)

    def _item(self, one: Article) -> BasketItem:
        is_reduced = self.random.random() < 0.01
        return BasketItem(
            sku=one.sku, name=one.name_zh, category=one.category, quantity=self.random.choice((1, 1, 1, 2, 2, 3)),
            unit_fen=one.fen, override_fen=one.fen * 8 // 10 if is_reduced else None,
            override_reason='商品瑕疵' if is_reduced else '',
        )  # fmt: skip

    def _pay(self, sale: SaleView, channel: str, moment: datetime) -> SaleView:
        if channel == 'cash':
            command = TenderCash(sale_key=sale.key, till=self._till, key=f'{sale.key}:cash', fen=sale.money_fen)
            return selling.tender_cash(self._session, actor=self._staff, command=command, now=moment)
        selling.confirm_sale(self._session, actor=self._staff, sale_key=sale.key, now=moment)
        attempt = paying.open_attempt(
            self._session, actor=self._staff, now=moment,
            command=OpenAttempt(order_key=sale.key, channel=channel, fen=sale.money_fen),
        )  # fmt: skip
        answer = PayAnswer(outcome=Outcome.PAID, transaction_no=f'42{attempt.out_no[:26]}', paid_at=moment)
        paying.record_answer(self._session, actor=self._staff, out_no=attempt.out_no, answer=answer, now=moment)
        self.paid.append(Paid(channel, attempt.out_no, attempt.fen))
        return selling.finish_sale(self._session, actor=self._staff, sale_key=sale.key, now=moment)

    def _take_back(self, sale: SaleView, number: int, moment: datetime) -> None:
        command = ReturnLines(sale_key=sale.key, till=self._till, key=self._key(f'back-{number}'), lines=((0, 1),))
        if sale.lines[0].returned == 0:
            done = returning.return_lines(self._session, actor=self._staff, command=command, now=moment)
            self._cash_back += done.cash_fen
            self._confirm_refunds(moment + timedelta(minutes=2))

    def _confirm_refunds(self, moment: datetime) -> None:
        """The channels of the past have given back what was asked of them."""
        for channel in set(CHANNELS) - {'cash'}:
            for refund in refunding.list_open_refunds(self._session, actor=self._staff, channel=channel):
                refunding.finish_refund(
                    self._session, actor=self._staff, out_no=refund.out_no, is_done=True, now=moment
                )

    def _key(self, part: object) -> str:
        return str(uuid5(NAMESPACE_URL, f'{self._name}/{part}'))


def _regulars(session: Session, actor: Actor, now: datetime) -> tuple[MemberId, ...]:
    """Members who buy at the tills; none in a mall that has no members."""
    found = list_members(session, actor=actor, now=now, state='active', sort='id', is_descending=False, limit=REGULARS)
    return tuple(row.member.id for row in found.rows)


def _moments(random: Random, clock: BusinessClock, day: date, baskets: int) -> Iterator[datetime]:
    hours = random.choices(range(len(BUSY)), BUSY, k=baskets)
    seconds = sorted(hour * 3600 + random.randrange(3500) for hour in hours)
    opens = clock.at(day, OPENS)
    # A basket takes its time: nobody is served before the one before them has gone.
    earliest = 0
    for second in seconds:
        earliest = max(second, earliest + 70)
        yield opens + timedelta(seconds=earliest)
