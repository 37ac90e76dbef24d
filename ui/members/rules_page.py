"""等级与规则: tiers and earn rules, each with a preview of its effect, and the versions that were in force."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.members.permissions import MANAGE_RULES
from domain.members.registers import SchemeVersion, list_schemes
from domain.shared.operations import run_query
from ui.kit.empty_state import empty_state
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.section import section, split
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.members.earn_editor import EarnEditor
from ui.members.effect import Effect
from ui.members.tier_editor import TierEditor
from ui.saleswords import Counterfoil


@dataclass(frozen=True, slots=True)
class Rules:
    tiers: list[SchemeVersion]
    earn: list[SchemeVersion]


class RulesPage:
    """Editors at the left for those who may change rules; effect and history at the right."""

    def __init__(self, place: Counterfoil, loader: Loader[Rules]) -> None:
        self._place, self._loader = place, loader
        with split():
            self._editors = ui.element('div').classes('at-stack')
            with ui.element('div').classes('at-stack'):
                if place.actor.may(MANAGE_RULES):
                    self._effect = Effect(place)
                with section(t('members.versions'), t('members.versions_hint')):
                    self._history = ui.element('div').classes('at-stack').mark('members.versions')

    async def load(self) -> Rules:
        """All versions of both."""
        actor = self._place.actor
        tiers, earn = await together(
            run_query(list_schemes, actor=actor, kind='tiers'), run_query(list_schemes, actor=actor, kind='earn')
        )
        return Rules(tiers, earn)

    def show(self, rules: Rules) -> None:
        """Show what is in force, and what was."""
        self._editors.clear()
        with self._editors:
            if self._place.actor.may(MANAGE_RULES):
                TierEditor(self._place, _newest(rules.tiers), self._effect, self._loader.refresh)
                EarnEditor(self._place, _newest(rules.earn), self._effect, self._loader.refresh)
            else:
                _read_only(rules)
        self._history.clear()
        with self._history:
            if not rules.tiers and not rules.earn:
                empty_state(t('members.no_rules'), t('members.no_rules_help'))
            for kind, versions in (('tiers', rules.tiers), ('earn', rules.earn)):
                for place, version in enumerate(versions):
                    self._version(kind, version, is_newest=place == 0)

    def _version(self, kind: str, version: SchemeVersion, *, is_newest: bool) -> None:
        with ui.element('div').classes('at-row'):
            status_badge('good' if is_newest else 'off', t(f'members.version.{is_newest}'))
            with ui.element('div').classes('at-grow'):
                Text(t(f'members.version_of.{kind}', version=version.version), tag='div')
                said = t('members.version_by', name=version.decided_by, at=self._place.moment(version.valid_from))
                Text(said, tag='div', classes='at-small at-muted')


def _newest(versions: list[SchemeVersion]) -> dict[str, Any]:
    return dict(versions[0].document) if versions else {}


def _read_only(rules: Rules) -> None:
    with section(t('members.tiers'), t('members.tiers_hint')):
        for tier in _newest(rules.tiers).get('tiers', ()):
            with ui.element('div').classes('at-row'):
                Text(f'{tier["name_zh"]} · {tier["name_en"]}', classes='at-grow')
                Text(yuan(tier['threshold_fen']), classes='at-figures')
