"""今天: what this shop has to do, and how it stands."""

from dataclasses import dataclass, replace
from datetime import timedelta

from nicegui import ui

from domain.billing.permissions import VIEW as VIEW_BILLS
from domain.billing.queries import list_charges
from domain.billing.views import ChargeView
from domain.leasing.turnover import list_months, missing_days
from domain.leasing.views import MonthView
from domain.shared.operations import run_query
from domain.tenancy.notices import list_notices
from domain.tenancy.views import NoticeView, WorkOrderView
from domain.tenancy.work_orders import list_work_orders
from ui.kit.empty_state import empty_state
from ui.kit.figure import Figure
from ui.kit.format import MISSING, day, number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan, yuan_figure
from ui.kit.section import grid, section
from ui.loading import together
from ui.tenant import addresses
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

ASKED_DAYS = 14
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Everything that the first page says."""

    charges: list[ChargeView]
    notices: list[NoticeView]
    orders: list[WorkOrderView]
    missing: list[object]
    months: list[MonthView]


class HomePage:
    """Figures above, below them what waits for somebody, the most pressing first."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._may_see_bills = place.actor.may(VIEW_BILLS)
        with grid(least_width=150):
            self._month = MetricCard(t('tenant.gto_this_month'))
            self._owed = MetricCard(t('tenant.open_bills')) if self._may_see_bills else None
            self._missing = MetricCard(t('tenant.missing_days'))
        with section(t('tenant.to_do')):
            self._list = entry_list()

    async def load(self) -> Today:
        """Asks everything at once."""
        place = self._place
        charges, notices, orders, missing, months = await together(
            run_query(list_charges, actor=place.actor) if self._may_see_bills else _nothing(),
            run_query(list_notices, actor=place.actor, on=place.today),
            run_query(list_work_orders, actor=place.actor),
            self._missing_days(),
            run_query(list_months, actor=place.actor, lease_id=place.lease.id) if place.lease else _nothing(),
        )
        return Today(charges=charges, notices=notices, orders=orders, missing=missing, months=months)

    def show(self, today: Today) -> None:
        """Show it."""
        month = next((m for m in today.months if m.month == self._place.today.replace(day=1)), None)
        self._month.show(yuan_figure(month.gto_fen) if month else Figure(text=MISSING))
        if self._owed:
            self._owed.show(yuan_figure(sum(charge.open_fen for charge in today.charges)))
        self._missing.show(replace(Figure(text=number(len(today.missing))), unit=t('tenant.days')))
        self._list.clear()
        with self._list:
            shown = [*self._bills(today), *self._turnover(today), *_notices(today), *_orders(today)]
            if not shown:
                empty_state(t('tenant.nothing_to_do'), t('tenant.nothing_to_do_help'), symbol='check')

    async def _missing_days(self) -> list[object]:
        place = self._place
        if place.lease is None:
            return []
        since = place.today - timedelta(days=ASKED_DAYS)
        return list(await run_query(
            missing_days, actor=place.actor, lease_id=place.lease.id, from_on=since, until_on=place.today
        ))  # fmt: skip

    def _bills(self, today: Today) -> list[ui.element]:
        late = [charge for charge in today.charges if charge.open_fen > 0 and charge.due_on < self._place.today]
        soon = [
            charge for charge in today.charges
            if charge.open_fen > 0 and self._place.today <= charge.due_on <= self._place.today + SOON
        ]  # fmt: skip
        shown = []
        if late:
            oldest = min(charge.due_on for charge in late)
            shown.append(row(
                t('tenant.overdue_bills', count=len(late)), t('tenant.since', day=day(oldest)),
                end=yuan(sum(charge.open_fen for charge in late)), badge=('act', t('tenant.overdue')),
                target=addresses.BILLS, mark='tenant.overdue',
            ))  # fmt: skip
        if soon:
            first = min(charge.due_on for charge in soon)
            shown.append(row(
                t('tenant.bills_due_soon', count=len(soon)), t('tenant.due_on', day=day(first)),
                end=yuan(sum(charge.open_fen for charge in soon)), target=addresses.BILLS,
            ))  # fmt: skip
        return shown

    def _turnover(self, today: Today) -> list[ui.element]:
        if not today.missing:
            return []
        return [row(
            t('tenant.report_missing', count=len(today.missing)), t('tenant.report_missing_help'),
            badge=('watch', t('tenant.to_report')), target=addresses.TURNOVER, mark='tenant.missing',
        )]  # fmt: skip


async def _nothing() -> list[object]:
    return []


def _notices(today: Today) -> list[ui.element]:
    unread = [notice for notice in today.notices if not notice.is_read_by_me]
    return [
        row(
            notice.title, notice.published_by, badge=('act', t('tenant.must_read')) if notice.must_read else None,
            target=addresses.NOTICES,
        ) for notice in sorted(unread, key=lambda one: not one.must_read)[:3]
    ]  # fmt: skip


def _orders(today: Today) -> list[ui.element]:
    return [
        row(
            t('tenant.confirm_order', place=order.place), order.words, badge=('watch', t('tenant.order_state.done')),
            target=addresses.ORDERS,
        ) for order in today.orders if order.state == 'done'
    ]  # fmt: skip
