"""事件回调: addresses of the shop's systems that hear of events; tried out, paused, sent to again."""

from collections.abc import Callable
from dataclasses import dataclass

from nicegui import ui

from domain.shared.operations import run_operation, run_query
from domain.webhooks.care import pause_endpoint, resume_endpoint, try_endpoint
from domain.webhooks.commands import OFFERED, EndpointId, RegisterEndpoint
from domain.webhooks.operations import (
    end_endpoint,
    list_deliveries,
    list_endpoints,
    register_endpoint,
    replay_delivery,
)
from domain.webhooks.views import DeliveryView, EndpointView
from ui.interfacewords import delivery_line, delivery_state, endpoint_state, event_words, listed
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, choices_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.once_shown import OnceShown
from ui.kit.section import section, split
from ui.kit.text import Text
from ui.loading import Loader
from ui.shell.context import shell
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The addresses, and what was sent to the chosen one."""

    endpoints: list[EndpointView]
    deliveries: list[DeliveryView]


class HooksPage:
    """The addresses, the chosen one with its recent deliveries, and a form for another."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._chosen: EndpointId | None = None
        self._secret = OnceShown()
        with split(even=True):
            with ui.element('div').classes('at-stack'):
                self._detail = ui.element('div')
                with section(t('interfaces.hooks'), t('interfaces.hooks_hint')):
                    self._list = entry_list()
            with section(t('interfaces.new_hook')), form(self._register, label=t('interfaces.register')):
                self._url = text_field(t('interfaces.url'), help_text=t('interfaces.url_help'),
                                       checks=(required, _long_enough, at_most(500)))  # fmt: skip
                events = {one: event_words(one) for one in OFFERED}
                self._events = choices_field(t('interfaces.events'), events, checks=(_some,))
                Text(t('interfaces.signed'), tag='p', classes='at-small at-muted')

    async def load(self) -> Loaded:
        """This shop's addresses, and the deliveries of the chosen one while it is in use."""
        endpoints = await run_query(list_endpoints, actor=self._place.actor)
        if self._chosen not in {one.id for one in endpoints}:
            return Loaded(endpoints=endpoints, deliveries=[])
        deliveries = await run_query(
            list_deliveries, actor=self._place.actor, endpoint_id=self._chosen, limit=SHOWN
        )  # fmt: skip
        return Loaded(endpoints=endpoints, deliveries=deliveries)

    def show(self, loaded: Loaded) -> None:
        """Show them."""
        self._list.clear()
        with self._list:
            for one in loaded.endpoints:
                row(
                    one.url, listed(map(event_words, one.events)), badge=endpoint_state(one),
                    on_click=lambda endpoint=one: self._choose(endpoint), mark='tenant.hook',
                )  # fmt: skip
            if not loaded.endpoints:
                empty_state(t('interfaces.no_hooks'), t('interfaces.no_hooks_help'), symbol='wifi-off')
        self._detail.clear()
        chosen = next((one for one in loaded.endpoints if one.id == self._chosen), None)
        if chosen is not None:
            with self._detail, section(chosen.url, endpoint_state(chosen)[1]):
                self._one(chosen, loaded.deliveries)

    async def _choose(self, endpoint: EndpointView) -> None:
        self._chosen = endpoint.id
        await self._loader.refresh()

    def _one(self, endpoint: EndpointView, deliveries: list[DeliveryView]) -> None:
        description_list({
            t('interfaces.events'): listed(map(event_words, endpoint.events)),
            t('interfaces.made_by'): f'{endpoint.created_by} · {self._place.moment(endpoint.created_at)}',
        })  # fmt: skip
        with ui.element('div').classes('at-row'):
            if endpoint.is_paused:
                button(t('interfaces.resume'), lambda: self._do(resume_endpoint, endpoint), icon='play').mark(
                    'tenant.resume_hook'
                )
            else:
                button(t('interfaces.try'), lambda: self._do(try_endpoint, endpoint), icon='refresh').mark(
                    'tenant.try_hook'
                )
                button(t('interfaces.pause'), lambda: self._do(pause_endpoint, endpoint), icon='pause').mark(
                    'tenant.pause_hook'
                )
            button(t('interfaces.end'), lambda: self._ask_to_end(endpoint), rank='danger').mark('tenant.end_hook')
        with entry_list():
            for one in deliveries:
                self._delivery(one)
            if not deliveries:
                Text(t('interfaces.no_deliveries'), tag='p', classes='at-muted at-small')

    def _delivery(self, one: DeliveryView) -> None:
        row(event_words(one.event), delivery_line(self._place, one), badge=delivery_state(one), mark='tenant.delivery')
        if one.state != 'waiting':
            button(t('interfaces.again'), lambda: self._again(one), rank='quiet', icon='refresh').mark('tenant.again')

    async def _do(self, operation: Callable[..., object], endpoint: EndpointView) -> None:
        await run_operation(operation, actor=self._place.actor, endpoint_id=endpoint.id)
        await self._loader.refresh()

    async def _again(self, delivery: DeliveryView) -> None:
        await run_operation(replay_delivery, actor=self._place.actor, delivery_id=delivery.id)
        await self._loader.refresh()

    def _ask_to_end(self, endpoint: EndpointView) -> None:
        confirm(
            t('interfaces.end_title'), t('interfaces.end_effect', url=endpoint.url), action=t('interfaces.end'),
            on_confirm=lambda: self._do(end_endpoint, endpoint), is_destructive=True,
        )  # fmt: skip

    async def _register(self) -> None:
        made = await run_operation(register_endpoint, actor=self._place.actor, command=RegisterEndpoint(
            url=self._url.value.strip(), events=tuple(self._events.value),
            allows_private=shell().webhooks_to_private,
        ))  # fmt: skip
        self._url.value, self._chosen = '', made.id
        self._secret.show(made.secret, t('interfaces.secret_made'))
        await self._loader.refresh()


def _some(value: object) -> str | None:
    return None if value else t('kit.form.required')


def _long_enough(value: object) -> str | None:
    """The domain looks at the address itself; this is the shortest there can be."""
    return None if len(str(value or '').strip()) >= 10 else t('interfaces.url_help')
