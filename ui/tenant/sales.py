"""经营分析: what the shop's sales are made of beside its peers, what promotions did, what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from nicegui import ui

from domain.benchmarks.forecasts import TurnoverForecastView, get_turnover_forecast, traded_by_day
from domain.benchmarks.trees import Base, GrownTree, PeerFigure, PromotionEffect, get_tree, list_effects
from domain.shared.operations import run_query
from ui.forecasts import SHOWN_PAST, forecast_view
from ui.kit.empty_state import empty_state
from ui.kit.figure import Figure
from ui.kit.format import MISSING, Change, day, number, percent, signed_percent
from ui.kit.i18n import t
from ui.kit.metric_card import metric_card
from ui.kit.money import signed_yuan, yuan, yuan_figure
from ui.kit.notice import notice
from ui.kit.section import grid, section, split
from ui.kit.segmented import segmented
from ui.kit.toolbar import toolbar
from ui.loading import Loader, together
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

BASES: tuple[Base, ...] = ('weeks', 'year')
FACTORS = ('footfall', 'capture', 'conversion', 'average_transaction')
FEN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    grown: GrownTree | None
    effects: list[PromotionEffect]
    forecast: TurnoverForecastView | None
    past: tuple[int, ...]


class SalesPage:
    """The tree from passers-by to sales; below it what made the change, the promotions, the forecast."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._base: Base = 'weeks'
        with toolbar():
            segmented({base: t(f'shopsales.base.{base}') for base in BASES}, self._base, self._choose)
        self._body = ui.element('div').classes('at-stack')

    async def load(self) -> Loaded:
        """What the last night made of this shop."""
        actor, shop = self._place.actor, self._place.tenant.id
        grown, effects, forecast = await together(
            run_query(get_tree, actor=actor, shop_id=shop, base=self._base),
            run_query(list_effects, actor=actor, shop_id=shop),
            run_query(get_turnover_forecast, actor=actor, shop_id=shop),
        )
        until = forecast.made_on if forecast else self._place.today
        days = await run_query(traded_by_day, actor=actor, from_on=until - timedelta(days=SHOWN_PAST), until_on=until)
        return Loaded(grown=grown, effects=effects, forecast=forecast, past=days.get(shop, ()))

    def show(self, loaded: Loaded) -> None:
        """Show it whole."""
        self._body.clear()
        with self._body:
            if loaded.grown is None:
                with section(t('shopsales.tree')):
                    empty_state(t('shopsales.no_tree'), t('shopsales.no_tree_help'))
            else:
                _tree(loaded.grown)
            with split(even=True):
                if loaded.grown is not None:
                    _parts(loaded.grown)
                _effects(loaded.effects)
            _forecast(loaded)

    async def _choose(self, base: Base) -> None:
        self._base = base
        await self._loader.refresh()


def _tree(grown: GrownTree) -> None:
    tree, base = grown.tree, _base_words(grown)
    is_counted = tree.now.passers > 0
    is_whole = tree.not_comparable is None
    hint = t('shopsales.window', first=day(grown.from_on), last=day(grown.until_on - timedelta(days=1)), days=tree.days)
    with section(t('shopsales.tree'), hint):
        if tree.not_comparable is not None:
            notice(t(f'shopsales.not_comparable.{tree.not_comparable}', days=tree.missing), 'watch')
        with grid(least_width=150):
            for name, figure, pair in (
                ('footfall', Figure(text=number(tree.now.passers)), (tree.now.passers, tree.before.passers)),
                ('capture', Figure(text=percent(tree.now.capture.value)),
                 (tree.now.capture.value, tree.before.capture.value)),
                ('conversion', Figure(text=percent(tree.now.conversion.value)),
                 (tree.now.conversion.value, tree.before.conversion.value)),
                ('average_transaction', Figure(text=_fen(tree.now.average_transaction.value)),
                 (tree.now.average_transaction.value, tree.before.average_transaction.value)),
                ('sales', yuan_figure(tree.now.gto_fen), (tree.now.gto_fen, tree.before.gto_fen)),
            ):  # fmt: skip
                is_money = name in ('average_transaction', 'sales')
                if not is_money and not is_counted:
                    shown = Figure(text=MISSING)
                else:
                    can = tree.missing == 0 if is_money else is_whole
                    change = Change(value=pair[0], base=pair[1], base_label=base, is_comparable=can)
                    shown = replace(figure, changes=(change,))
                metric_card(t(f'shopsales.factor.{name}'), replace(shown, note=_peers(name, tree.peers)))


def _parts(grown: GrownTree) -> None:
    """How much of the change each branch made; the parts sum to the whole change."""
    with section(t('shopsales.parts'), t('shopsales.parts_hint')):
        parts = grown.tree.parts
        if parts is None:
            empty_state(t('shopsales.no_parts'), t('shopsales.no_parts_help'))
            return
        with entry_list():
            for name in FACTORS:
                row(t(f'shopsales.factor.{name}'), end=signed_yuan(round(parts[name])))
            change = grown.tree.now.gto_fen - grown.tree.before.gto_fen
            row(t('shopsales.whole_change'), _base_words(grown), end=signed_yuan(change))


def _effects(effects: list[PromotionEffect]) -> None:
    with section(t('shopsales.effects'), t('shopsales.effects_hint')):
        if not effects:
            empty_state(t('shopsales.no_effects'), t('shopsales.no_effects_help'))
            return
        with entry_list():
            for one in effects:
                row(one.title, _effect_words(one), end=signed_percent(one.lift)).mark('shopsales.effect')


def _effect_words(one: PromotionEffect) -> str:
    days = t('shopsales.days', first=day(one.starts_on), last=day(one.until_on - timedelta(days=1)))
    own = t('shopsales.a_day', during=_fen(one.during.value), before=_fen(one.before.value),
            change=signed_percent(one.change))  # fmt: skip
    if one.peers.value is None:
        return f'{days} · {own} · {t(f"shopsales.hidden.{one.peers.hidden_because}")}'
    return f'{days} · {own} · {t("shopsales.peers_change", change=signed_percent(one.peers.value - 1))}'


def _forecast(loaded: Loaded) -> None:
    with section(t('shopsales.forecast'), t('shopsales.forecast_hint')):
        if loaded.forecast is None:
            empty_state(t('shopsales.no_forecast'), t('shopsales.no_forecast_help'))
        else:
            outlook, made_on = loaded.forecast.outlook, loaded.forecast.made_on
            forecast_view(loaded.past, outlook, made_on, unit=t('shopsales.yuan'), scale=FEN)


def _peers(name: str, peers: Mapping[str, PeerFigure]) -> str:
    """What may be told of the peers: their rate, or how their sum changed."""
    key = {'footfall': 'footfall_change', 'sales': 'sales_change'}.get(name, name)
    figure = peers[key]
    if figure.value is None:
        return t(f'shopsales.hidden.{figure.hidden_because}')
    if key.endswith('_change'):
        return t('shopsales.peers_change', change=signed_percent(figure.value - 1))
    told = _fen(figure.value) if key == 'average_transaction' else percent(figure.value)
    return t('shopsales.peers', figure=told)


def _base_words(grown: GrownTree) -> str:
    first = day(grown.from_on - timedelta(days=grown.back_days), with_weekday=False)
    last = day(grown.until_on - timedelta(days=grown.back_days + 1), with_weekday=False)
    return t('shopsales.days', first=first, last=last)


def _fen(value: float | None) -> str:
    return MISSING if value is None else yuan(round(value))
