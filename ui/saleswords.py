"""Words and states that sales, payments and after-sales pages share."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.mall.queries import get_business_clock, list_units
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_query
from ui.kit.address import Address
from ui.kit.format import MISSING, moment
from ui.kit.i18n import t, words
from ui.kit.tokens import State
from ui.screens import address_here

CHANNELS = frozenset({'cash', 'card', 'wechat', 'alipay', 'unionpay'})
SALE_STATES: dict[str, State] = {'paid': 'good', 'confirmed': 'act', 'open': 'watch', 'abandoned': 'off'}


@dataclass(kw_only=True, slots=True)
class Counterfoil:
    """The mall around receipts, for one client: its clock, its shops' names, the day being looked at."""

    actor: Actor
    address: Address
    clock: BusinessClock
    today: date
    day: date
    shops: dict[str, str] = field(default_factory=dict)

    def shop(self, code: str) -> str:
        """A shop's name; its code where it has gone."""
        return self.shops.get(code, code)

    def moment(self, instant: datetime | None) -> str:
        """An instant in the mall's own time."""
        return moment(self.clock.local(instant)) if instant else MISSING

    def choose_day(self, day: date) -> None:
        """Another business day, kept in the address."""
        self.day = day
        self.address.update(day=None if day == self.today else day.isoformat(), page=None)


async def read_counterfoil(actor: Actor, path: str, now: datetime) -> Counterfoil:
    """What the address asks for; a day that is none is today."""
    clock = await run_query(get_business_clock, actor=actor)
    units = await run_query(list_units, actor=actor)
    address = address_here(path)
    today = clock.business_on(now)
    return Counterfoil(
        actor=actor,
        address=address,
        clock=clock,
        today=today,
        day=_day(address.get('day'), today),
        shops={unit.code: words(unit.name_zh, unit.name_en) for unit in units},
    )


def _day(asked: str, today: date) -> date:
    """The day of the address; what is no day, or is still to come, is today."""
    try:
        return min(today, date.fromisoformat(asked))
    except ValueError:
        return today


def instant_of(asked: str, clock: BusinessClock) -> datetime | None:
    """A moment that was asked for, by the mall's own clocks; None where it is none."""
    try:
        wall = datetime.fromisoformat(asked)
    except ValueError:
        return None
    return wall.replace(tzinfo=ZoneInfo(clock.zone)) if wall.tzinfo is None else wall


def channel_words(channel: str) -> str:
    """A payment channel in words."""
    return t(f'sales.channel.{channel}') if channel in CHANNELS else channel
