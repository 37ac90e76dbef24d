"""A small world to let space in: one floor, one category, and short ways to make tenants, units and leases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import text

from domain.leasing.commands import (
    DayTurnover,
    DraftLease,
    LeaseId,
    LeaseTerms,
    LettableUnitId,
    NewItem,
    OpenUnit,
    RegisterTenant,
    RentMode,
    RentTerms,
    ReportTurnover,
    SalesFacts,
    SignLease,
)
from domain.leasing.operations import draft_lease, sign_lease
from domain.leasing.turnover import report_turnover
from domain.leasing.units import open_unit, register_tenant
from domain.leasing.views import LeaseView
from domain.mall.commands import FloorId
from domain.shared.actor import Actor, MallId, TenantId, system_actor
from domain.shared.database import Scope, transaction
from domain.shared.operations import perform

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
USUAL = LeaseTerms()
OUTLINE = '{"type": "Polygon", "coordinates": [[[0, 0], [60, 0], [60, 40], [0, 40], [0, 0]]]}'
WALK = '{"nodes": [], "edges": [], "doors": {}}'
_numbers = count(1)


@dataclass(frozen=True)
class World:
    """One mall with a floor and the category `fashion`."""

    actor: Actor
    floor_id: FloorId

    def tenant(self) -> TenantId:
        code = f't{next(_numbers)}'
        command = RegisterTenant(code=code, name_zh=f'商户{code}', name_en=f'Tenant {code}', category='fashion')
        return perform(register_tenant, actor=self.actor, command=command).id

    def unit(self, *, net_area_dm2: int = 10_000, opens_on: date = date(2020, 1, 1), code: str = '') -> LettableUnitId:
        command = OpenUnit(
            code=code or f'u{next(_numbers)}', floor_id=self.floor_id, opens_on=opens_on, net_area_dm2=net_area_dm2,
            gross_area_dm2=net_area_dm2 * 13 // 10,
        )  # fmt: skip
        return perform(open_unit, actor=self.actor, command=command).id

    def draft(
        self,
        starts_on: date = date(2026, 1, 1),
        ends_on: date = date(2029, 1, 1),
        *,
        tenant: TenantId | None = None,
        units: Sequence[LettableUnitId] = (),
        items: Sequence[NewItem] = (),
        terms: LeaseTerms = USUAL,
        **more: Any,
    ) -> LeaseView:
        return perform(draft_lease, actor=self.actor, command=DraftLease(
            number=f'L-{next(_numbers)}', tenant_id=tenant or self.tenant(), unit_ids=tuple(units) or (self.unit(),),
            starts_on=starts_on, ends_on=ends_on, category='fashion', terms=terms,
            items=tuple(items) or (fixed(starts_on, ends_on),), **more,
        ))  # fmt: skip

    def sign(self, lease: LeaseView) -> LeaseView:
        return perform(sign_lease, actor=self.actor, command=SignLease(lease_id=lease.id), now=NOW)

    def signed(self, *arguments: Any, **more: Any) -> LeaseView:
        return self.sign(self.draft(*arguments, **more))

    def report(self, lease: LeaseId, sales: dict[date, int], *, now: datetime = NOW, actor: Actor | None = None) -> Any:
        """Sales by day, without VAT and nothing else in them."""
        days = tuple(
            DayTurnover(on=on, category='fashion', facts=SalesFacts(
                sold_fen=max(0, fen), returned_fen=max(0, -fen), vat_bp=0,
            )) for on, fen in sales.items()
        )  # fmt: skip
        command = ReportTurnover(lease_id=lease, source='api', days=days)
        return perform(report_turnover, actor=actor or self.actor, command=command, now=now)


def fixed(starts_on: date, ends_on: date, base_fen: int = 3_000_000) -> NewItem:
    return NewItem(starts_on=starts_on, ends_on=ends_on, terms=RentTerms(mode=RentMode.FIXED, base_fen=base_fen))


def build_world(mall: MallId) -> World:
    actor = system_actor('test', mall)
    with transaction(Scope(mall_id=mall)) as session:
        session.execute(text(
            "INSERT INTO trade_category (mall_id, code, name_zh, name_en)"
            " VALUES (app_mall(), 'fashion', '服饰', 'Fashion'), (app_mall(), 'food', '餐饮', 'Food')"
        ))  # fmt: skip
        building = session.execute(text(
            "INSERT INTO building (mall_id, code, name_zh, name_en) VALUES (app_mall(), 'b', '楼', 'B') RETURNING id"
        )).scalar_one()  # fmt: skip
        floor = session.execute(
            text(
                'INSERT INTO floor (mall_id, building_id, code, name_zh, name_en, level, elevation_m, outline,'
                ' fixtures, walk)'
                " VALUES (app_mall(), :building, 'F1', '一层', 'F1', 1, 0, CAST(:outline AS jsonb), '[]',"
                ' CAST(:walk AS jsonb)) RETURNING id'
            ),
            {'building': building, 'outline': OUTLINE, 'walk': WALK},
        ).scalar_one()
    return World(actor=actor, floor_id=FloorId(floor))
