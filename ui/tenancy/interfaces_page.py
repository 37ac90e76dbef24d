"""接口对接: whose machines may call and what they are told; looked at and, where need be, cut off. Never made here."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.identity.api_keys import revoke_api_key
from domain.identity.commands import RevokeApiKey
from domain.identity.queries import list_api_keys
from domain.identity.views import ApiKeyView
from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.shared.operations import run_operation, run_query
from domain.webhooks.operations import end_endpoint, list_deliveries, list_endpoints
from domain.webhooks.permissions import MANAGE as MANAGE_WEBHOOKS
from domain.webhooks.views import DeliveryView, EndpointView
from ui.interfacewords import (
    delivery_answer,
    delivery_state,
    endpoint_state,
    event_words,
    key_ends,
    key_state,
    last_used,
    listed,
    scope_words,
)
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.i18n import t, words
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.screens import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """All keys and addresses of the mall, and the names of those to whom they belong."""

    keys: list[ApiKeyView]
    endpoints: list[EndpointView]
    tenants: list[TenantView]


class InterfacesPage:
    """Keys in a table, addresses below, and beside them whatever was chosen."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._keys: dict[int, ApiKeyView] = {}
        self._endpoints: dict[int, EndpointView] = {}
        self._names: dict[int, str] = {}
        with ui.element('div').classes('at-split at-split--side'):
            with ui.element('div').classes('at-stack'):
                with section(t('interfaces.keys'), t('interfaces.mall_keys_hint')):
                    self._table = DataTable(
                        _key_columns(), self._page, address=place.address, empty_title=t('interfaces.no_keys'),
                        on_open=lambda row: self._open_key(row['id']),
                    )  # fmt: skip
                    self._table.mark('tenancy.keys')
                if place.actor.may(MANAGE_WEBHOOKS):
                    with section(t('interfaces.hooks')):
                        self._hooks = PlainTable(
                            _hook_columns(), hint=t('interfaces.no_hooks'),
                            on_open=lambda row: self._open_hook(row['id']),
                        )  # fmt: skip
                        self._hooks.mark('tenancy.hooks')
            self._panel = SidePanel(t('interfaces.choose'), 'key')

    async def load(self) -> Loaded:
        """Each part for whoever may see it."""
        actor = self._place.actor
        keys, endpoints, tenants = await together(
            run_query(list_api_keys, actor=actor),
            run_query(list_endpoints, actor=actor) if actor.may(MANAGE_WEBHOOKS) else _none(),
            run_query(list_tenants, actor=actor) if actor.may(VIEW_LEASES) else _none(),
        )
        return Loaded(keys=keys, endpoints=endpoints, tenants=tenants)

    def show(self, loaded: Loaded) -> None:
        """Show them, keys that hold first."""
        now = datetime.now(UTC)
        self._names = {tenant.id: words(tenant.name_zh, tenant.name_en) for tenant in loaded.tenants}
        self._keys = {one.id: one for one in sorted(loaded.keys, key=lambda one: not one.is_valid(now))}
        self._endpoints = {one.id: one for one in loaded.endpoints}
        self._table.show(self._paged(self._table.query))
        if self._place.actor.may(MANAGE_WEBHOOKS):
            self._hooks.show([self._hook_row(one) for one in loaded.endpoints])

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [self._key_row(one) for one in self._keys.values()]
        return page_of(rows, query, searched=('whose', 'name', 'prefix'))

    def _key_row(self, key: ApiKeyView) -> dict[str, Any]:
        state, text = key_state(key, datetime.now(UTC))
        return {
            'id': key.id, 'whose': self._whose(key.tenant_id), 'name': key.name, 'prefix': f'atr_{key.prefix}…',
            'used': last_used(self._place, key), 'ends': key_ends(self._place, key),
            'badge': {'state': state, 'text': text},
        }  # fmt: skip

    def _hook_row(self, endpoint: EndpointView) -> dict[str, Any]:
        state, text = endpoint_state(endpoint)
        return {
            'id': endpoint.id, 'whose': self._whose(endpoint.tenant_id), 'url': endpoint.url,
            'count': str(len(endpoint.events)), 'badge': {'state': state, 'text': text},
        }  # fmt: skip

    def _whose(self, tenant_id: int | None) -> str:
        return t('interfaces.of_the_mall') if tenant_id is None else self._names.get(tenant_id, f'#{tenant_id}')

    def _open_key(self, key_id: int) -> None:
        key, now = self._keys[key_id], datetime.now(UTC)
        with self._panel.refilled():
            Text(key.name, tag='h2', classes='at-section__title')
            description_list({
                t('tenancy.tenant'): self._whose(key.tenant_id), t('interfaces.prefix'): f'atr_{key.prefix}…',
                t('interfaces.state'): key_state(key, now)[1],
                t('interfaces.scopes'): listed(map(scope_words, key.scopes)),
                t('interfaces.used'): last_used(self._place, key), t('interfaces.ends'): key_ends(self._place, key),
                t('interfaces.made_by'): f'{key.created_by} · {self._place.moment(key.created_at)}',
            })  # fmt: skip
            if key.is_valid(now):
                button(t('interfaces.revoke'), lambda: self._ask_to_revoke(key), rank='danger').mark('tenancy.revoke')

    def _ask_to_revoke(self, key: ApiKeyView) -> None:
        confirm(
            t('interfaces.revoke_title', name=key.name), t('interfaces.revoke_effect'), action=t('interfaces.revoke'),
            on_confirm=lambda: self._revoke(key), is_destructive=True,
        )  # fmt: skip

    async def _revoke(self, key: ApiKeyView) -> None:
        await run_operation(revoke_api_key, actor=self._place.actor, command=RevokeApiKey(api_key_id=key.id))
        await self._loader.refresh()
        self._open_key(key.id)

    async def _open_hook(self, endpoint_id: int) -> None:
        endpoint = self._endpoints[endpoint_id]
        deliveries = await run_query(list_deliveries, actor=self._place.actor, endpoint_id=endpoint.id, limit=20)
        with self._panel.refilled():
            Text(endpoint.url, tag='h2', classes='at-section__title')
            description_list({
                t('tenancy.tenant'): self._whose(endpoint.tenant_id),
                t('interfaces.state'): endpoint_state(endpoint)[1],
                t('interfaces.events'): listed(map(event_words, endpoint.events)),
                t('interfaces.made_by'): f'{endpoint.created_by} · {self._place.moment(endpoint.created_at)}',
            })  # fmt: skip
            PlainTable(_delivery_columns(), list(map(self._delivery_row, deliveries)),
                       hint=t('interfaces.no_deliveries')).mark('tenancy.deliveries')  # fmt: skip
            button(t('interfaces.end'), lambda: self._ask_to_end(endpoint), rank='danger').mark('tenancy.end_hook')

    def _delivery_row(self, one: DeliveryView) -> dict[str, Any]:
        state, text = delivery_state(one)
        return {
            'event': f'{event_words(one.event)} · {delivery_answer(one)}', 'at': self._place.moment(one.created_at),
            'badge': {'state': state, 'text': text},
        }  # fmt: skip

    def _ask_to_end(self, endpoint: EndpointView) -> None:
        confirm(
            t('interfaces.end_title'), t('interfaces.end_effect', url=endpoint.url), action=t('interfaces.end'),
            on_confirm=lambda: self._end(endpoint), is_destructive=True,
        )  # fmt: skip

    async def _end(self, endpoint: EndpointView) -> None:
        await run_operation(end_endpoint, actor=self._place.actor, endpoint_id=endpoint.id)
        self._panel.close()
        await self._loader.refresh()


async def _none() -> list[Any]:
    return []


def _key_columns() -> list[Column]:
    return [
        Column(name='whose', label=t('tenancy.tenant')), Column(name='name', label=t('interfaces.name')),
        Column(name='prefix', label=t('interfaces.prefix')),
        Column(name='badge', label=t('interfaces.state'), kind='badge'),
        Column(name='used', label=t('interfaces.used')), Column(name='ends', label=t('interfaces.ends')),
    ]  # fmt: skip


def _hook_columns() -> list[Column]:
    return [
        Column(name='whose', label=t('tenancy.tenant')), Column(name='url', label=t('interfaces.url')),
        Column(name='count', label=t('interfaces.events'), kind='number'),
        Column(name='badge', label=t('interfaces.state'), kind='badge'),
    ]  # fmt: skip


def _delivery_columns() -> list[Column]:
    return [
        Column(name='event', label=t('interfaces.events')), Column(name='at', label=t('interfaces.when')),
        Column(name='badge', label=t('interfaces.state'), kind='badge'),
    ]  # fmt: skip
