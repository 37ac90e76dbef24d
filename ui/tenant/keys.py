"""接口密钥: keys for the shop's own tills and ERP. Made, renewed, revoked; each is shown once."""

from datetime import UTC, datetime, timedelta

from nicegui import ui

from domain.identity.commands import CreateShopKey, RevokeApiKey, RotateShopKey
from domain.identity.shop_keys import (
    OFFERED_SCOPES,
    create_shop_key,
    list_shop_keys,
    revoke_shop_key,
    rotate_shop_key,
)
from domain.identity.views import ApiKeyView, NewApiKey
from domain.shared.operations import run_operation, run_query
from ui.interfacewords import API, DESCRIPTION, key_ends, key_state, last_used, listed, scope_words
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, choice_field, choices_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.once_shown import OnceShown
from ui.kit.section import section, split
from ui.kit.text import Text
from ui.loading import Loader
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

LASTS = {90: 'days_90', 365: 'year', 0: 'no_end'}
OVERLAPS = {0: 'at_once', 24: 'day', 168: 'week'}
USUAL = ('leasing.view', 'leasing.report_turnover')


class KeysPage:
    """The keys, the chosen one with what can be done to it, and a form for another."""

    def __init__(self, place: Place, loader: Loader[list[ApiKeyView]]) -> None:
        self._place, self._loader = place, loader
        self._chosen: int | None = None
        self._offered = {one: scope_words(one) for one in OFFERED_SCOPES if place.actor.may(one)}
        self._secret = OnceShown()
        with split(even=True):
            with ui.element('div').classes('at-stack'):
                self._detail = ui.element('div')
                with section(t('interfaces.keys'), t('interfaces.keys_hint')):
                    self._list = entry_list()
            with ui.element('div').classes('at-stack'):
                with section(t('interfaces.new_key')), form(self._create, label=t('interfaces.create_key')):
                    self._fields()
                _documentation()

    def _fields(self) -> None:
        self._name = text_field(t('interfaces.name'), help_text=t('interfaces.name_help'),
                                checks=(required, at_most(64)))  # fmt: skip
        usual = [one for one in USUAL if one in self._offered]
        self._scopes = choices_field(t('interfaces.scopes'), self._offered, usual, checks=(_some,),
                                     help_text=t('interfaces.scopes_help'))  # fmt: skip
        lasts = {days: t(f'interfaces.lasts.{name}') for days, name in LASTS.items()}
        self._lasts = choice_field(t('interfaces.ends'), lasts, 365, checks=(required,))

    async def load(self) -> list[ApiKeyView]:
        """This shop's keys."""
        return await run_query(list_shop_keys, actor=self._place.actor)

    def show(self, keys: list[ApiKeyView]) -> None:
        """Show them, those that hold first, and the chosen one anew."""
        now = datetime.now(UTC)
        self._list.clear()
        with self._list:
            for key in sorted(keys, key=lambda one: not one.is_valid(now)):
                row(
                    key.name, f'atr_{key.prefix}… · {last_used(self._place, key)}', end=key_ends(self._place, key),
                    badge=key_state(key, now), on_click=lambda one=key: self._open(one), mark='tenant.key',
                )  # fmt: skip
            if not keys:
                empty_state(t('interfaces.no_keys'), t('interfaces.no_keys_help'), symbol='key')
        chosen = next((key for key in keys if key.id == self._chosen), None)
        if chosen is not None:
            self._open(chosen)

    async def _create(self) -> None:
        days = int(self._lasts.value)
        made = await run_operation(create_shop_key, actor=self._place.actor, command=CreateShopKey(
            name=self._name.value.strip(), scopes=tuple(self._scopes.value),
            expires_at=datetime.now(UTC) + timedelta(days=days) if days else None,
        ))  # fmt: skip
        self._name.value = ''
        await self._tell(made)

    async def _tell(self, made: NewApiKey) -> None:
        """The key stays until its reader has kept it, whatever else changes on the page."""
        self._chosen = made.id
        self._secret.show(made.key, t('interfaces.key_made'))
        await self._loader.refresh()

    def _open(self, key: ApiKeyView) -> None:
        self._chosen, now = key.id, datetime.now(UTC)
        self._detail.clear()
        with self._detail, section(key.name, f'atr_{key.prefix}…'):
            description_list({
                t('interfaces.state'): key_state(key, now)[1],
                t('interfaces.scopes'): listed(map(scope_words, key.scopes)),
                t('interfaces.used'): last_used(self._place, key), t('interfaces.ends'): key_ends(self._place, key),
                t('interfaces.made_by'): f'{key.created_by} · {self._place.moment(key.created_at)}',
            })  # fmt: skip
            if key.is_valid(now):
                self._acts(key)

    def _acts(self, key: ApiKeyView) -> None:
        with form(lambda: self._rotate(key), label=t('interfaces.rotate')):
            overlaps = {hours: t(f'interfaces.overlap.{name}') for hours, name in OVERLAPS.items()}
            self._overlap = choice_field(t('interfaces.overlap_label'), overlaps, 24, checks=(required,),
                                         help_text=t('interfaces.overlap_help'))  # fmt: skip
        button(t('interfaces.revoke'), lambda: self._ask_to_revoke(key), rank='danger').mark('tenant.revoke_key')

    async def _rotate(self, key: ApiKeyView) -> None:
        command = RotateShopKey(api_key_id=key.id, overlap_hours=int(self._overlap.value))
        await self._tell(await run_operation(rotate_shop_key, actor=self._place.actor, command=command))

    def _ask_to_revoke(self, key: ApiKeyView) -> None:
        confirm(
            t('interfaces.revoke_title', name=key.name), t('interfaces.revoke_effect'),
            action=t('interfaces.revoke'), on_confirm=lambda: self._revoke(key), is_destructive=True,
        )  # fmt: skip

    async def _revoke(self, key: ApiKeyView) -> None:
        await run_operation(revoke_shop_key, actor=self._place.actor, command=RevokeApiKey(api_key_id=key.id))
        await self._loader.refresh()


def _documentation() -> None:
    with section(t('interfaces.documentation')):
        Text(t('interfaces.documentation_help', base=API), tag='p', classes='at-small at-muted')
        ui.link(t('interfaces.openapi'), DESCRIPTION, new_tab=True).mark('tenant.openapi')


def _some(value: object) -> str | None:
    return None if value else t('kit.form.required')
