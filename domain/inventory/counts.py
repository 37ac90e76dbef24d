"""Counts (盘点): blind, by several people, against the instant of counting, while sales go on."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.inventory._posting import Leg, post_legs
from domain.inventory._repository import add_value, check_lot, context_for, load_item, mall_of, take_value
from domain.inventory._rules.counting import Counted, agreed_variance
from domain.inventory.commands import CountId, ItemId, LocationId, LotId, OpenCount, RecordCount, ValidateCount
from domain.inventory.errors import CountClosed, CountUnfinished, CountUnknown, PlaceUnknown
from domain.inventory.events import CountValidated
from domain.inventory.models import StockCount, StockCountLine
from domain.inventory.permissions import COUNT, VALIDATE_COUNTS
from domain.inventory.queries import balance_of
from domain.inventory.views import CountLineView, CountReview, CountSheet
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query

Place = tuple[int, int, int]


@operation(COUNT, name='inventory.open_count')
def open_count(session: Session, *, actor: Actor, command: OpenCount, now: datetime) -> CountSheet:
    """Begins a count. Nothing is frozen: goods go on being sold."""
    count = StockCount(
        mall_id=mall_of(actor), location_ids=list(command.location_ids), tolerance=command.tolerance,
        opened_by=actor.name, opened_at=now,
    )  # fmt: skip
    session.add(count)
    session.flush()
    return _sheet(session, actor, count)


@operation(COUNT, name='inventory.record_count')
def record_count(session: Session, *, actor: Actor, command: RecordCount, now: datetime) -> CountSheet:
    """Notes what the actor counted at one place at one instant; nobody's count replaces another's (rule IN-R2). The
    same count sent again changes nothing.

    :raises CountUnknown:
    :raises CountClosed:
    :raises ItemUnknown:
    :raises PlaceUnknown: when the place is not of this count, or the lot not of this item.
    :raises Invalid: when it lies ahead.
    """
    count = _load(session, command.count_id)
    if command.location_id not in count.location_ids:
        raise PlaceUnknown
    if command.counted_at > now:
        raise Invalid(field='counted_at', reason='it lies ahead')
    check_lot(session, command.item_id, command.lot_id)
    line = StockCountLine(
        mall_id=count.mall_id, count_id=count.id, location_id=command.location_id, item_id=command.item_id,
        lot_id=command.lot_id, counter=actor.name, counted=command.counted, counted_at=command.counted_at,
    )  # fmt: skip
    known = session.exec(select(StockCountLine).where(
        StockCountLine.count_id == count.id, StockCountLine.location_id == command.location_id,
        StockCountLine.item_id == command.item_id, StockCountLine.lot_id == command.lot_id,
        StockCountLine.counter == actor.name, StockCountLine.counted_at == command.counted_at,
    )).first()  # fmt: skip
    if known is None:
        session.add(line)
    try:
        session.flush()
    except IntegrityError as error:
        raise PlaceUnknown from error
    notify(session, 'inventory', count.mall_id)
    return _sheet(session, actor, count)


@operation(VALIDATE_COUNTS, name='inventory.validate_count')
def validate_count(session: Session, *, actor: Actor, command: ValidateCount, now: datetime) -> CountReview:
    """Posts the agreed variances, each at the instant of its counting (rule IN-R1); validating again changes nothing.

    :raises CountUnknown:
    :raises CountUnfinished: when a place still needs a recount.
    :raises NotEnough: when a variance takes more than is there by now: count again.
    """
    count = _load(session, command.count_id, even_validated=True)
    if count.validated_at is not None:
        return _review(session, count)
    review = _review(session, count)
    unfinished = [line for line in review.lines if line.variance is None]
    if unfinished:
        raise CountUnfinished(lines=len(unfinished))
    instants = {place: rows[-1].counted_at for place, rows in _lines(session, count).items()}
    for line in review.lines:
        if line.variance:
            _adjust(session, actor, count, line, instants[line.location_id, line.item_id, line.lot_id], now)
    count.validated_by, count.validated_at = actor.name, now
    session.flush()
    adjusted = sum(1 for line in review.lines if line.variance)
    emit(session, CountValidated(mall_id=count.mall_id, occurred_at=now, count_id=count.id, adjusted=adjusted))
    notify(session, 'inventory', count.mall_id)
    return CountReview(id=review.id, is_validated=True, lines=review.lines)


@query(COUNT)
def get_count_sheet(session: Session, *, actor: Actor, count_id: CountId) -> CountSheet:
    """What the counter sees; blind.

    :raises CountUnknown:
    """
    return _sheet(session, actor, _find(session, count_id))


@query(VALIDATE_COUNTS)
def review_count(session: Session, *, actor: Actor, count_id: CountId) -> CountReview:
    """Every place's counts beside what was expected at their instants.

    :raises CountUnknown:
    """
    return _review(session, _find(session, count_id))


def _find(session: Session, count_id: CountId) -> StockCount:
    count = session.exec(select(StockCount).where(StockCount.id == count_id)).one_or_none()
    if count is None:
        raise CountUnknown(count=count_id)
    return count


def _load(session: Session, count_id: CountId, *, even_validated: bool = False) -> StockCount:
    count = session.exec(select(StockCount).where(StockCount.id == count_id).with_for_update()).one_or_none()
    if count is None:
        raise CountUnknown(count=count_id)
    if count.validated_at is not None and not even_validated:
        raise CountClosed
    return count


def _lines(session: Session, count: StockCount) -> dict[Place, list[StockCountLine]]:
    """The counts of each place, in the order of counting."""
    statement = select(StockCountLine).where(StockCountLine.count_id == count.id)
    found: dict[Place, list[StockCountLine]] = {}
    for line in session.exec(statement.order_by(col(StockCountLine.counted_at), col(StockCountLine.id))):
        found.setdefault((line.location_id, line.item_id, line.lot_id), []).append(line)
    return found


def _review(session: Session, count: StockCount) -> CountReview:
    lines = []
    for (location, item, lot), rows in sorted(_lines(session, count).items()):
        own = None if count.validated_at is None else _key(count, location, item, lot)
        counts = [
            Counted(row.counter, row.counted, balance_of(
                session, item, row.counted_at, location_id=location, lot_id=lot, without_key=own,
            )) for row in rows
        ]  # fmt: skip
        lines.append(CountLineView(
            location_id=LocationId(location), item_id=ItemId(item), lot_id=LotId(lot), counted=counts[-1].counted,
            expected=counts[-1].expected, counters=tuple(dict.fromkeys(one.counter for one in counts)),
            variance=agreed_variance(counts, count.tolerance),
        ))  # fmt: skip
    return CountReview(id=CountId(count.id), is_validated=count.validated_at is not None, lines=tuple(lines))


def _adjust(
    session: Session, actor: Actor, count: StockCount, line: CountLineView, counted_at: datetime, now: datetime
) -> None:
    assert line.variance is not None
    key = _key(count, line.location_id, line.item_id, line.lot_id)
    context = context_for(
        session, actor, key=key, reason='count', occurred_at=counted_at, now=now, reference=f'count {count.id}'
    )
    post_legs(session, context, [Leg(line.item_id, line.location_id, line.lot_id, line.variance)])
    item = load_item(session, line.item_id)
    if line.variance < 0:
        take_value(session, item, -line.variance)
    else:
        add_value(session, item, line.variance, 0)


def _key(count: StockCount, location: int, item: int, lot: int) -> str:
    return f'count:{count.id}:{location}:{item}:{lot}'


def _sheet(session: Session, actor: Actor, count: StockCount) -> CountSheet:
    own = [
        (LocationId(row.location_id), ItemId(row.item_id), LotId(row.lot_id), row.counted)
        for rows in _lines(session, count).values() for row in rows if row.counter == actor.name
    ]  # fmt: skip
    return CountSheet(
        id=CountId(count.id), location_ids=tuple(LocationId(one) for one in count.location_ids),
        is_validated=count.validated_at is not None, own=tuple(own),
    )  # fmt: skip
