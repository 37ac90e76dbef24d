"""Tenants become known; units open, split and merge."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from domain.leasing._repository import mall_of, tenant_view, unit_view
from domain.leasing.commands import LettableUnitId, MergeUnits, NewPart, OpenUnit, RegisterTenant, SplitUnit
from domain.leasing.errors import (
    CategoryUnknown,
    CodeTaken,
    LettableUnitUnknown,
    UnitCannotChange,
    UnitEnds,
    UnitLet,
    UnitStillLet,
)
from domain.leasing.models import LettableUnit, Tenant, UnitSuccession
from domain.leasing.permissions import EDIT_TENANTS, EDIT_UNITS
from domain.leasing.views import LettableUnitView, TenantView, UnitsChanged
from domain.shared.actor import Actor
from domain.shared.errors import DomainError, NotFound
from domain.shared.live import notify
from domain.shared.operations import operation

_REFUSALS: dict[str, type[DomainError]] = {
    '23P01': UnitLet, 'AT011': UnitEnds, 'AT012': UnitStillLet, '23503': NotFound,
}  # fmt: skip


@contextmanager
def refusing(session: Session, *, taken: str = '') -> Iterator[None]:
    """Writes what the block added, and says in words what the database refuses."""
    try:
        yield
        session.flush()
    except DBAPIError as error:
        state = str(getattr(error.orig, 'sqlstate', ''))
        if state == '23505' and taken:
            raise CodeTaken(name=taken) from error
        if state in _REFUSALS:
            raise _REFUSALS[state]() from error
        raise


@operation(EDIT_TENANTS, name='leasing.register_tenant')
def register_tenant(session: Session, *, actor: Actor, command: RegisterTenant, now: datetime) -> TenantView:
    """Make a tenant known.

    :raises CodeTaken:
    :raises CategoryUnknown:
    """
    tenant = Tenant(
        mall_id=mall_of(actor), code=command.code, name_zh=command.name_zh, name_en=command.name_en,
        legal_name=command.legal_name, credit_code=command.credit_code, category=command.category, registered_at=now,
    )  # fmt: skip
    session.add(tenant)
    try:
        with refusing(session, taken=command.code):
            pass
    except NotFound as error:
        raise CategoryUnknown(category=command.category) from error
    return tenant_view(tenant)


@operation(EDIT_UNITS, name='leasing.open_unit')
def open_unit(session: Session, *, actor: Actor, command: OpenUnit, now: datetime) -> LettableUnitView:
    """A unit that can be let from a day on.

    :raises CodeTaken:
    :raises NotFound: when the floor or the unit of the plan is not of this mall.
    """
    unit = LettableUnit(
        mall_id=mall_of(actor), code=command.code, floor_id=command.floor_id, plan_unit_id=command.plan_unit_id,
        opens_on=command.opens_on, net_area_dm2=command.net_area_dm2, gross_area_dm2=command.gross_area_dm2,
    )  # fmt: skip
    _check_code(session, [unit])
    with refusing(session, taken=command.code):
        session.add(unit)
    notify(session, 'leasing', unit.mall_id)
    return unit_view(unit)


@operation(EDIT_UNITS, name='leasing.split_unit')
def split_unit(session: Session, *, actor: Actor, command: SplitUnit, now: datetime) -> UnitsChanged:
    """Ends a unit on a day and begins its parts. The parts are not larger than the whole.

    :raises LettableUnitUnknown:
    :raises UnitStillLet: when a lease holds it beyond that day.
    :raises UnitCannotChange: when it is closed already or the areas do not fit.
    :raises CodeTaken:
    """
    (whole,) = _locked(session, [command.unit_id])
    if sum(part.net_area_dm2 for part in command.parts) > whole.net_area_dm2:
        raise UnitCannotChange(reason=f'the parts are larger than {whole.code}')
    return _succeed(session, actor, [whole], command.parts, command.on)


@operation(EDIT_UNITS, name='leasing.merge_units')
def merge_units(session: Session, *, actor: Actor, command: MergeUnits, now: datetime) -> UnitsChanged:
    """Ends units of one floor on a day and begins the one they become; walls that fall may make it larger.

    :raises LettableUnitUnknown:
    :raises UnitStillLet: when a lease holds one of them beyond that day.
    :raises UnitCannotChange: when one is closed already or they lie on several floors.
    :raises CodeTaken:
    """
    parts = _locked(session, command.unit_ids)
    if len({part.floor_id for part in parts}) > 1:
        raise UnitCannotChange(reason='the units lie on several floors')
    return _succeed(session, actor, parts, [command.into], command.on)


def _locked(session: Session, ids: Sequence[LettableUnitId]) -> list[LettableUnit]:
    statement = select(LettableUnit).where(col(LettableUnit.id).in_(ids)).order_by(col(LettableUnit.id))
    found = list(session.exec(statement.with_for_update()))
    missing = set(ids) - {unit.id for unit in found}
    if missing:
        raise LettableUnitUnknown(unit=min(missing))
    return found


def _succeed(
    session: Session, actor: Actor, ended: Sequence[LettableUnit], begun: Sequence[NewPart], on: date
) -> UnitsChanged:
    for unit in ended:
        if unit.closes_on is not None or on <= unit.opens_on:
            raise UnitCannotChange(reason=f'{unit.code} is not open on {on}')
        unit.closes_on = on
    with refusing(session):
        pass
    made = [_part(actor, ended[0], part, on) for part in begun]
    _check_code(session, made)
    with refusing(session, taken=', '.join(part.code for part in made)):
        session.add_all(made)
    for old in ended:
        session.add_all(
            UnitSuccession(mall_id=old.mall_id, from_unit_id=old.id, to_unit_id=new.id, happens_on=on) for new in made
        )
    notify(session, 'leasing', mall_of(actor))
    return UnitsChanged(
        id=LettableUnitId(ended[0].id), ended=tuple(LettableUnitId(unit.id) for unit in ended),
        begun=tuple(unit_view(unit) for unit in made),
    )  # fmt: skip


def _part(actor: Actor, origin: LettableUnit, part: NewPart, on: date) -> LettableUnit:
    return LettableUnit(
        mall_id=mall_of(actor), code=part.code, floor_id=origin.floor_id, plan_unit_id=part.plan_unit_id, opens_on=on,
        net_area_dm2=part.net_area_dm2, gross_area_dm2=part.gross_area_dm2,
    )  # fmt: skip


def _check_code(session: Session, units: Sequence[LettableUnit]) -> None:
    """A code names one open unit at a time; a unit that ended may leave its code to another."""
    codes = [unit.code for unit in units]
    with session.no_autoflush:
        closes = col(LettableUnit.closes_on)
        is_open = closes.is_(None) | (closes > units[0].opens_on)
        statement = select(LettableUnit.code).where(col(LettableUnit.code).in_(codes), is_open)
        taken = session.exec(statement).first() or next((c for c in codes if codes.count(c) > 1), None)
    if taken:
        raise CodeTaken(name=taken)
