"""券模板: what is given out, how much is left, how much came back; one opens."""

from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.coupons.commands import GrantCoupons, SwitchTemplate
from domain.coupons.granting import grant_coupons, switch_template
from domain.coupons.overview import TemplateView, list_templates
from domain.coupons.permissions import GRANT, MANAGE
from domain.members.commands import MemberId
from domain.members.queries import get_member
from domain.shared.operations import run_operation, run_query
from ui.coupons.template_form import TemplateForm
from ui.coupons.words import KINDS, group_words, scope_words, terms_words, validity_words
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import between, number_field, required
from ui.kit.figure import Figure
from ui.kit.form import form
from ui.kit.format import number, percent
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.loading import Loader
from ui.saleswords import Counterfoil

FIGURES = ('active', 'in_hands', 'redeemed', 'spent')
MOST_MEMBERS = 2**53


class TemplatesPage:
    """Figures of all, the list, and beside it the one that was chosen."""

    def __init__(self, place: Counterfoil, loader: Loader[list[TemplateView]]) -> None:
        self._place, self._loader = place, loader
        self._templates: dict[str, TemplateView] = {}
        self._attempt = datetime.now(UTC)
        with grid(least_width=180):
            self._cards = {
                name: MetricCard(t(f'coupons.figure.{name}'), explanation=t(f'coupons.figure_help.{name}'))
                for name in FIGURES
            }
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('coupons.templates'), t('coupons.templates_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=[
                        Filter(
                            name='kind',
                            label=t('coupons.kind_column'),
                            options={kind: t(f'coupons.kind.{kind}') for kind in KINDS},
                        )
                    ],
                    empty_title=t('coupons.no_templates'),
                    empty_help=t('coupons.no_templates_help'),
                    on_open=lambda row: self._open(row['id']),
                )
                self._table.mark('coupons.templates')
            self._panel = SidePanel(t('coupons.choose_template'), 'layers')
        if place.actor.may(MANAGE):
            TemplateForm(place, loader.refresh)

    async def load(self) -> list[TemplateView]:
        """Templates as they are now."""
        return await run_query(list_templates, actor=self._place.actor)

    def show(self, templates: list[TemplateView]) -> None:
        """Show these templates."""
        self._templates = {template.code: template for template in templates}
        issued, used = sum(one.issued for one in templates), sum(one.used for one in templates)
        shown = {
            'active': number(sum(one.is_active for one in templates)),
            'in_hands': number(sum(one.unused + one.locked for one in templates)),
            'redeemed': percent(used / issued if issued else None),
            'spent': yuan(sum(one.spent_fen for one in templates)),
        }
        for name, text in shown.items():
            self._cards[name].show(Figure(text=text))
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {'given': lambda row: row['issued'], 'rate': lambda row: row['share']}
        return page_of(
            [_row(one) for one in self._templates.values()], query, searched=('name', 'id', 'terms'), keys=keys
        )

    def _open(self, code: str) -> None:
        one = self._templates.get(code)
        if one is None:
            return
        with self._panel.refilled():
            Text(words(one.name_zh, one.name_en), tag='h2', classes='at-section__title')
            status_badge(*_state(one))
            description_list({
                t('coupons.code'): one.code, t('coupons.terms_column'): terms_words(one.terms),
                t('coupons.scope'): scope_words(one.terms, self._place),
                t('coupons.group'): group_words(one.terms.stack_group),
                t('coupons.validity'): validity_words(one.validity, self._place),
                t('coupons.per_member'): number(one.cap_per_member),
                t('coupons.per_day'): None if one.cap_per_day is None else number(one.cap_per_day),
                t('coupons.spent'): yuan(one.spent_fen),
                t('coupons.budget'): None if one.budget_fen is None else yuan(one.budget_fen),
                t('coupons.stock'): t('coupons.left_of', left=number(one.left), stock=number(one.stock)),
                **{t(f'coupons.state.{state}'): number(getattr(one, state))
                   for state in ('unused', 'locked', 'used', 'expired', 'void')},
            })  # fmt: skip
            if self._place.actor.may(MANAGE):
                self._switch(one)
            if one.is_active and self._place.actor.may(GRANT):
                self._granting(one)

    def _switch(self, one: TemplateView) -> None:
        if not one.is_active:
            button(t('coupons.resume'), lambda: self._set_active(one, True)).mark('coupons.switch')
            return
        button(
            t('coupons.stop'),
            lambda: confirm(
                t('coupons.stop_title', name=words(one.name_zh, one.name_en)), t('coupons.stop_effect'),
                action=t('coupons.stop'), on_confirm=lambda: self._set_active(one, False), is_destructive=True,
            ),
            rank='danger',
        ).mark('coupons.switch')  # fmt: skip

    async def _set_active(self, one: TemplateView, is_active: bool) -> None:
        command = SwitchTemplate(template=one.code, is_active=is_active)
        await run_operation(switch_template, actor=self._place.actor, command=command)
        await self._loader.refresh()
        self._open(one.code)

    def _granting(self, one: TemplateView) -> None:
        self._attempt = datetime.now(UTC)
        with form(lambda: self._grant(one), label=t('coupons.grant')):
            self._member = number_field(
                t('coupons.member'), help_text=t('coupons.member_help'), checks=(required, between(1, MOST_MEMBERS))
            )

    async def _grant(self, one: TemplateView) -> None:
        """One grant per opening of the form: a second submit with the same member gives nothing more."""
        member = await run_query(
            get_member, actor=self._place.actor, member_id=MemberId(int(self._member.value)), now=datetime.now(UTC)
        )
        key = f'desk:{self._place.actor.name}:{self._attempt.isoformat()}:{member.id}'
        command = GrantCoupons(template=one.code, member_id=member.id, key=key)
        await run_operation(grant_coupons, actor=self._place.actor, command=command)
        ui.notify(t('coupons.granted', name=member.name, number=member.id))
        await self._loader.refresh()
        self._open(one.code)


def _columns() -> list[Column]:
    return [
        Column(name='name', label=t('coupons.name'), is_sortable=True),
        Column(name='terms', label=t('coupons.terms_column')),
        Column(name='left', label=t('coupons.left'), kind='bar'),
        Column(name='given', label=t('coupons.given'), kind='number', is_sortable=True),
        Column(name='rate', label=t('coupons.rate'), kind='bar', is_sortable=True),
        Column(name='badge', label=t('coupons.state_column'), kind='badge'),
    ]


def _state(one: TemplateView) -> tuple[Any, str]:
    if not one.is_active:
        return 'off', t('coupons.stopped')
    return ('good', t('coupons.running')) if one.left else ('watch', t('coupons.sold_out'))


def _row(one: TemplateView) -> dict[str, Any]:
    state, text = _state(one)
    return {
        'id': one.code, 'name': words(one.name_zh, one.name_en), 'terms': terms_words(one.terms),
        'kind': one.terms.kind.value, 'left': {'text': number(one.left), 'share': one.left / max(1, one.stock)},
        'issued': one.issued, 'given': number(one.issued), 'share': one.redeemed_share,
        'rate': {'text': percent(one.redeemed_share), 'share': one.redeemed_share or 0.0},
        'badge': {'state': state, 'text': text},
    }  # fmt: skip
