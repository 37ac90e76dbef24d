"""报修: asking for something to be mended, following it, confirming it or asking again."""

from uuid import uuid4

from nicegui import ui

from domain.shared.attachments import Kept
from domain.shared.operations import run_operation, run_query
from domain.tenancy.commands import (
    ConfirmWorkOrder,
    OpenWorkOrder,
    ReopenWorkOrder,
    Trouble,
    Urgency,
    WorkOrderId,
)
from domain.tenancy.permissions import ASK
from domain.tenancy.views import WorkOrderView
from domain.tenancy.work_orders import (
    confirm_work_order,
    get_order_photos,
    keep_order_photo,
    list_work_orders,
    open_work_order,
    reopen_work_order,
)
from ui.kit.button import button
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.section import section, split
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader
from ui.photos import PhotoPicker, show_attachment
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

STATES: dict[str, State] = {'open': 'watch', 'accepted': 'watch', 'done': 'good', 'confirmed': 'off'}
MARKS = (5, 4, 3, 2, 1)
MOST_PHOTOS = 4


class OrdersPage:
    """A form to ask with, the orders beside it, and the chosen one with its steps."""

    def __init__(self, place: Place, loader: Loader[list[WorkOrderView]]) -> None:
        self._place, self._loader = place, loader
        self._key = str(uuid4())
        self._chosen: WorkOrderId | None = None
        self._shown: tuple[WorkOrderId, str] | None = None
        with split(even=True):
            with ui.element('div').classes('at-stack'):
                self._detail = ui.element('div')
                with section(t('tenant.orders')):
                    self._list = entry_list()
            if place.actor.may(ASK):
                with section(t('tenant.ask'), t('tenant.ask_hint')), form(self._ask, label=t('tenant.send_order')):
                    self._trouble = choice_field(
                        t('tenant.trouble_label'), {one.value: t(f'tenant.trouble.{one.value}') for one in Trouble},
                        Trouble.POWER.value, checks=(required,),
                    )  # fmt: skip
                    self._urgency = choice_field(
                        t('tenant.urgency_label'), {one.value: t(f'tenant.urgency.{one.value}') for one in Urgency},
                        Urgency.NORMAL.value, checks=(required,),
                    )  # fmt: skip
                    self._where = text_field(t('tenant.where'), checks=(required, at_most(80)))
                    self._words = text_field(t('tenant.what'), checks=(required, at_most(500)))
                    self._photos = self._picker('tenant.order_photo')

    async def load(self) -> list[WorkOrderView]:
        """This shop's orders."""
        return await run_query(list_work_orders, actor=self._place.actor)

    def show(self, orders: list[WorkOrderView]) -> None:
        """Show them, and the chosen one anew."""
        self._list.clear()
        with self._list:
            for order in orders:
                row(
                    f'{t(f"tenant.trouble.{order.trouble.value}")} · {order.place}', order.words,
                    badge=(STATES[order.state], t(f'tenant.order_state.{order.state}')),
                    on_click=lambda one=order: self._open(one), mark='tenant.order',
                )  # fmt: skip
            if not orders:
                empty_state(t('tenant.no_orders'), symbol='check')
        chosen = next((order for order in orders if order.id == self._chosen), None)
        if chosen is not None:
            self._open(chosen)

    async def _ask(self) -> None:
        command = OpenWorkOrder(
            key=self._key, tenant_id=self._place.tenant.id, trouble=Trouble(self._trouble.value),
            urgency=Urgency(self._urgency.value), place=self._where.value.strip(), words=self._words.value.strip(),
            photos=self._photos.names,
        )  # fmt: skip
        order = await run_operation(open_work_order, actor=self._place.actor, command=command)
        self._key, self._chosen, self._where.value, self._words.value = str(uuid4()), order.id, '', ''
        self._photos.clear()
        await self._loader.refresh()

    def _picker(self, mark: str) -> PhotoPicker:
        async def keep(content: bytes) -> Kept:
            tenant_id = self._place.tenant.id
            return await run_operation(keep_order_photo, actor=self._place.actor, content=content, tenant_id=tenant_id)

        return PhotoPicker(keep, most=MOST_PHOTOS, mark=mark)

    def _open(self, order: WorkOrderView) -> None:
        if self._shown == (order.id, order.state) and order.state == 'done':
            return  # somebody may be writing what is still wrong
        self._chosen, self._shown = order.id, (order.id, order.state)
        self._detail.clear()
        due = t('tenant.due_by', moment=self._place.moment(order.due_at))
        with self._detail, section(f'#{order.id} {order.place}', due if order.state in ('open', 'accepted') else ''):
            Text(order.words, tag='p')
            with entry_list():
                for step in order.steps:
                    row(
                        t(f'tenant.step.{step.what}'), f'{self._place.moment(step.at)} · {step.by} {step.words}'.strip()
                    )
            self._pictures = ui.element('div').classes('at-stack')
            count = sum(len(step.photos) for step in order.steps)
            if count:
                button(t('tenant.see_photos', count=count), lambda: self._see(order), icon='camera').mark(
                    'tenant.see_photos'
                )
            if order.state == 'done' and self._place.actor.may(ASK):
                self._judge(order)

    async def _see(self, order: WorkOrderView) -> None:
        photos = await run_query(get_order_photos, actor=self._place.actor, work_order_id=order.id)
        self._pictures.clear()
        with self._pictures:
            for name, photo in photos.items():
                show_attachment(photo, file_name=name, mark='tenant.order_picture')

    def _judge(self, order: WorkOrderView) -> None:
        with form(lambda: self._confirm(order), label=t('tenant.confirm')):
            options = {mark: t('tenant.mark', mark=mark) for mark in MARKS}
            self._mark = choice_field(t('tenant.mark_label'), options, MARKS[0], checks=(required,))
            self._again = text_field(t('tenant.not_mended'), help_text=t('tenant.not_mended_help'))
        self._again_photos = self._picker('tenant.again_photo')
        button(t('tenant.reopen'), lambda: self._reopen(order), rank='quiet').mark('tenant.reopen')

    async def _confirm(self, order: WorkOrderView) -> None:
        command = ConfirmWorkOrder(work_order_id=order.id, mark=self._mark.value)
        await run_operation(confirm_work_order, actor=self._place.actor, command=command)
        await self._loader.refresh()

    async def _reopen(self, order: WorkOrderView) -> None:
        words = (self._again.value or '').strip() or t('tenant.not_mended')
        command = ReopenWorkOrder(work_order_id=order.id, words=words, photos=self._again_photos.names)
        await run_operation(reopen_work_order, actor=self._place.actor, command=command)
        await self._loader.refresh()
