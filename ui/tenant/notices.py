"""通知: what the mall has to say; opening one leaves a receipt."""

from nicegui import ui

from domain.shared.operations import run_operation, run_query
from domain.tenancy.commands import ReadNotice
from domain.tenancy.notices import list_notices, read_notice
from domain.tenancy.views import NoticeView
from ui.kit.empty_state import empty_state
from ui.kit.i18n import t
from ui.kit.section import section, split
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row


class NoticesPage:
    """The opened notice stands above the list on a phone, where the thumb has just been."""

    def __init__(self, place: Place, loader: Loader[list[NoticeView]]) -> None:
        self._place, self._loader = place, loader
        with split(even=True):
            self._opened = ui.element('div').classes('at-stack')
            with section(t('tenant.notices')):
                self._list = entry_list()

    async def load(self) -> list[NoticeView]:
        """All of this shop's notices."""
        return await run_query(list_notices, actor=self._place.actor)

    def show(self, notices: list[NoticeView]) -> None:
        """Show them."""
        self._list.clear()
        with self._list:
            for one in notices:
                row(
                    one.title, f'{self._place.moment(one.published_at)} · {one.published_by}', badge=_badge(one),
                    on_click=lambda notice=one: self._open(notice), mark='tenant.notice',
                )  # fmt: skip
            if not notices:
                empty_state(t('tenant.no_notices'), symbol='check')

    async def _open(self, chosen: NoticeView) -> None:
        command = ReadNotice(notice_id=chosen.id)
        notice = await run_operation(read_notice, actor=self._place.actor, command=command)
        self._opened.clear()
        with self._opened, section(notice.title, self._place.moment(notice.published_at)):
            for line in notice.body.split('\n'):
                Text(line, tag='p')
            status_badge('good', t('tenant.read_receipt'))
        await self._loader.refresh()


def _badge(notice: NoticeView) -> tuple[State, str] | None:
    if notice.is_read_by_me:
        return None
    return ('act', t('tenant.must_read')) if notice.must_read else ('watch', t('tenant.unread'))
