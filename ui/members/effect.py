"""预演: what proposed rules would have made of the receipts of the last year."""

from datetime import UTC, datetime, timedelta

from nicegui import ui
from pydantic import ValidationError

from domain.members.accounts import simulate_scheme
from domain.members.schemes import EarnScheme, TierScheme
from domain.members.views import Simulation
from domain.shared.errors import Invalid
from domain.shared.operations import run_query
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import signed_yuan
from ui.kit.notice import notice
from ui.kit.section import section
from ui.members.words import tier_words
from ui.saleswords import Counterfoil

YEAR = timedelta(days=365)


class Effect:
    """Nothing is changed; the figures stay until the next preview."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        with section(t('members.effect'), t('members.effect_hint')):
            self._box = ui.element('div').classes('at-stack').mark('members.effect')
        with self._box:
            empty_state(t('members.no_preview'), t('members.no_preview_help'))

    async def preview(self, *, earn: EarnScheme | None = None, tiers: TierScheme | None = None) -> None:
        """Replay a year under these rules."""
        until = datetime.now(UTC)
        told = await run_query(
            simulate_scheme, actor=self._place.actor, earn=earn, tiers=tiers, since=until - YEAR, until=until
        )
        if not self._box.is_deleted:
            self._show(told)

    def _show(self, told: Simulation) -> None:
        tiers = dict.fromkeys([*told.tiers_before, *told.tiers_after])
        self._box.clear()
        with self._box:
            notice(t(f'members.effect_losers.{bool(told.losers)}', count=number(told.losers)),
                   'watch' if told.losers else 'good')  # fmt: skip
            description_list({
                t('members.replayed'): t('members.replayed_of', receipts=number(told.receipts),
                                         members=number(told.members)),
                t('members.points'): f'{number(told.points_before)} → {number(told.points_after)}',
                t('members.liability_change'): signed_yuan(told.liability_change_fen),
                t('members.largest_loss'): number(told.largest_loss) if told.losers else None,
                **{
                    tier_words(tier): t('members.tier_before_after', before=number(told.tiers_before.get(tier, 0)),
                                        after=number(told.tiers_after.get(tier, 0)))
                    for tier in tiers
                },
            })  # fmt: skip


def checked_earn(document: dict[str, object]) -> EarnScheme:
    """The rules of a form.

    :raises Invalid: when they do not hold together.
    """
    try:
        return EarnScheme.model_validate(document)
    except ValidationError as error:
        raise Invalid(field='document', reason=_first(error)) from error


def checked_tiers(document: dict[str, object]) -> TierScheme:
    """The tiers of a form.

    :raises Invalid: when they do not rise from 0, say.
    """
    try:
        return TierScheme.model_validate(document)
    except ValidationError as error:
        raise Invalid(field='document', reason=_first(error)) from error


def _first(error: ValidationError) -> str:
    return str(error.errors()[0]['msg'])
