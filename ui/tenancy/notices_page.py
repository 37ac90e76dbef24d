"""商户通知: publishing, how many shops have read it, and which have not."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from nicegui import ui

from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.mall.views import CategoryView
from domain.shared.operations import run_operation, run_query
from domain.tenancy.commands import PublishNotice
from domain.tenancy.notices import list_notices, list_receipts, publish_notice
from domain.tenancy.permissions import PUBLISH
from domain.tenancy.views import NoticeView
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.day_field import day_field, parse_day
from ui.kit.field import at_most, choices_field, required, text_field
from ui.kit.form import form
from ui.kit.format import day, percent
from ui.kit.i18n import t, words
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.screens import Place

Loaded = tuple[list[NoticeView], list[TenantView]]


class NoticesPage:
    """The notices, the chosen one with its receipts, and a form for the next."""

    def __init__(self, place: Place, categories: Sequence[CategoryView], loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._notices: dict[int, NoticeView] = {}
        self._key = str(uuid4())
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('tenancy.notices')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address, empty_title=t('tenancy.no_notices'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('tenancy.notices')
            self._panel = SidePanel(t('tenancy.choose_notice'), 'info')
        if place.actor.may(PUBLISH):
            with section(t('tenancy.publish'), t('tenancy.publish_hint')), form(self._publish, label=t('tenancy.send')):
                self._fields(categories)

    async def load(self) -> Loaded:
        """All notices, the newest first, and to whom one can be sent."""
        notices, tenants = await together(run_query(list_notices, actor=self._place.actor), self._tenants())
        return notices, tenants

    def show(self, loaded: Loaded) -> None:
        """Show them."""
        notices, tenants = loaded
        if self._place.actor.may(PUBLISH):
            self._shops.set_options({one.id: words(one.name_zh, one.name_en) for one in tenants})
        self._notices = {notice.id: notice for notice in notices}
        self._table.show(self._paged(self._table.query))

    async def _tenants(self) -> list[TenantView]:
        actor = self._place.actor
        return await run_query(list_tenants, actor=actor) if actor.may(PUBLISH) and actor.may(VIEW_LEASES) else []

    def _fields(self, categories: Sequence[CategoryView]) -> None:
        trades = {one.code: words(one.name_zh, one.name_en) for one in categories}
        self._title = text_field(t('tenancy.notice_title'), checks=(required, at_most(80)))
        self._body = text_field(t('tenancy.body'), checks=(required, at_most(2_000))).props('type=textarea autogrow')
        self._trades = choices_field(t('tenancy.trades'), trades, help_text=t('tenancy.trades_help'))
        self._shops = choices_field(t('tenancy.shops'), {}).props('use-input')
        self._expires = day_field(t('tenancy.expires'), is_optional=True)
        self._must = ui.checkbox(t('tenancy.must_read'))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([self._row(one) for one in self._notices.values()], query, searched=('title', 'by'))

    def _row(self, notice: NoticeView) -> dict[str, Any]:
        return {
            'id': notice.id, 'title': notice.title, 'by': notice.published_by,
            'at': self._place.moment(notice.published_at), 'to': notice.recipients,
            'until': day(notice.expires_on) if notice.expires_on else '—',
            'badge': {'state': 'act', 'text': t('tenancy.must_read')} if notice.must_read
            else {'state': 'off', 'text': t('tenancy.for_information')},
            'read': percent(notice.readers / notice.recipients, digits=0),
        }  # fmt: skip

    async def _open(self, notice_id: int) -> None:
        notice = self._notices[notice_id]
        receipts = await run_query(list_receipts, actor=self._place.actor, notice_id=notice.id)
        with self._panel.refilled():
            Text(notice.title, tag='h2', classes='at-section__title')
            for line in notice.body.split('\n'):
                Text(line, tag='p')
            PlainTable(_receipt_columns(), [
                {'tenant': words(row.tenant_zh, row.tenant_en), 'by': row.first_reader or '—',
                 'at': self._place.moment(row.first_read_at) if row.first_read_at else t('tenancy.unread')}
                for row in receipts
            ]).mark('tenancy.receipts')  # fmt: skip

    async def _publish(self) -> None:
        command = PublishNotice(
            key=self._key, title=self._title.value.strip(), body=self._body.value.strip(),
            categories=tuple(self._trades.value), tenant_ids=tuple(self._shops.value),
            must_read=bool(self._must.value), expires_on=parse_day(self._expires.value),
        )  # fmt: skip
        await run_operation(publish_notice, actor=self._place.actor, command=command)
        self._key, self._title.value, self._body.value = str(uuid4()), '', ''
        await self._loader.refresh()


def _receipt_columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('tenancy.tenant')), Column(name='by', label=t('tenancy.reader')),
        Column(name='at', label=t('tenancy.read_at')),
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='title', label=t('tenancy.notice_title')), Column(name='by', label=t('tenancy.published_by')),
        Column(name='at', label=t('tenancy.published_at')), Column(name='until', label=t('tenancy.expires')),
        Column(name='badge', label=t('tenancy.nature'), kind='badge'),
        Column(name='to', label=t('tenancy.recipients'), kind='number'),
        Column(name='read', label=t('tenancy.read_rate'), kind='number'),
    ]  # fmt: skip
