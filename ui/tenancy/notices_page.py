"""商户通知: publishing, how many shops have read it, and which have not."""

from typing import Any
from uuid import uuid4

from nicegui import ui

from domain.mall.queries import list_categories
from domain.shared.actor import Actor
from domain.shared.business_time import BusinessClock
from domain.shared.operations import run_operation, run_query
from domain.tenancy.commands import PublishNotice
from domain.tenancy.notices import list_notices, list_receipts, publish_notice
from domain.tenancy.permissions import PUBLISH
from domain.tenancy.views import NoticeView, ReceiptRow
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, choices_field, required, text_field
from ui.kit.form import form
from ui.kit.format import moment, percent
from ui.kit.i18n import t, words
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.loading import Loader
from ui.tenancy.frame import NOTICES, address_of


class NoticesPage:
    """The notices, the chosen one with its receipts, and a form for the next."""

    def __init__(self, actor: Actor, clock: BusinessClock, loader: Loader[list[NoticeView]]) -> None:
        self._actor, self._clock, self._loader = actor, clock, loader
        self._notices: dict[int, NoticeView] = {}
        self._key = str(uuid4())
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('tenancy.notices')):
                self._table = DataTable(
                    _columns(), self._page, address=address_of(NOTICES), empty_title=t('tenancy.no_notices'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('tenancy.notices')
            self._panel = SidePanel(t('tenancy.choose_notice'), 'info')

    async def offer(self) -> None:
        """The form, for those who publish."""
        if not self._actor.may(PUBLISH):
            return
        found = await run_query(list_categories, actor=self._actor)
        trades = {one.code: words(one.name_zh, one.name_en) for one in found}
        with section(t('tenancy.publish'), t('tenancy.publish_hint')), form(self._publish, label=t('tenancy.send')):
            self._title = text_field(t('tenancy.notice_title'), checks=(required, at_most(80)))
            self._body = text_field(t('tenancy.body'), checks=(required, at_most(2_000))).props(
                'type=textarea autogrow'
            )
            self._trades = choices_field(t('tenancy.trades'), trades, help_text=t('tenancy.trades_help'))
            self._must = ui.checkbox(t('tenancy.must_read'))

    async def load(self) -> list[NoticeView]:
        """All notices, the newest first."""
        return await run_query(list_notices, actor=self._actor)

    def show(self, notices: list[NoticeView]) -> None:
        """Show them."""
        self._notices = {notice.id: notice for notice in notices}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([self._row(one) for one in self._notices.values()], query, searched=('title', 'by'))

    def _row(self, notice: NoticeView) -> dict[str, Any]:
        return {
            'id': notice.id, 'title': notice.title, 'by': notice.published_by,
            'at': moment(self._clock.local(notice.published_at)), 'to': notice.recipients,
            'read': percent(notice.readers / notice.recipients, digits=0),
        }  # fmt: skip

    async def _open(self, notice_id: int) -> None:
        notice = self._notices[notice_id]
        receipts = await run_query(list_receipts, actor=self._actor, notice_id=notice.id)
        with self._panel.refilled():
            Text(notice.title, tag='h2', classes='at-section__title')
            for line in notice.body.split('\n'):
                Text(line, tag='p')
            description_list({words(row.tenant_zh, row.tenant_en): self._said(row) for row in receipts})

    def _said(self, row: ReceiptRow) -> str:
        if row.first_read_at is None:
            return t('tenancy.unread')
        return f'{row.first_reader} {moment(self._clock.local(row.first_read_at))}'

    async def _publish(self) -> None:
        command = PublishNotice(
            key=self._key, title=self._title.value.strip(), body=self._body.value.strip(),
            categories=tuple(self._trades.value or ()), must_read=bool(self._must.value),
        )  # fmt: skip
        await run_operation(publish_notice, actor=self._actor, command=command)
        self._key, self._title.value, self._body.value = str(uuid4()), '', ''
        await self._loader.refresh()


def _columns() -> list[Column]:
    return [
        Column(name='title', label=t('tenancy.notice_title')), Column(name='by', label=t('tenancy.published_by')),
        Column(name='at', label=t('tenancy.published_at')),
        Column(name='to', label=t('tenancy.recipients'), kind='number'),
        Column(name='read', label=t('tenancy.read_rate'), kind='number'),
    ]  # fmt: skip
