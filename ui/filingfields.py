"""The fields of a promotion and of a permit: for a new one, or filled with what was filed, on a phone and at a desk."""

import re
from datetime import timedelta
from typing import Any

from nicegui import ui

from domain.permits.commands import AskPermit, Mechanics, PermitId, PriceProof, RevisePermit
from domain.permits.views import PermitView
from domain.shared.actor import TenantId
from ui.kit.day_field import day_field, moment_field, parse_day, parse_moment
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan
from ui.reviewwords import PERMITS
from ui.screens import Place

LEAD, LASTS, A_DAY = timedelta(days=7), timedelta(days=3), timedelta(days=1)
ALL_BP = 10_000
BETWEEN = re.compile('[,，、;；\n]')


class PromotionFields:
    """What a promotion is. Further prices of a filing that was made elsewhere stay as they are."""

    def __init__(self, place: Place, before: Mechanics | None = None) -> None:
        self._before = before
        first = before.starts_on if before else place.today + LEAD
        last = before.ends_on - A_DAY if before else first + LASTS
        self.title = text_field(t('tenant.filing_title'), before.title if before else '',
                                checks=(required, at_most(80)))  # fmt: skip
        self.text = text_field(t('tenant.mechanics'), before.text if before else '',
                               help_text=t('tenant.mechanics_help'), checks=(required, at_most(200)))  # fmt: skip
        self.starts = day_field(t('tenant.first_day'), first, checks=(required,))
        self.last = day_field(t('tenant.last_day'), last, checks=(required,))
        self._prices(before)
        self._loud = ui.checkbox(t('tenant.is_loud'), value=bool(before and before.is_loud))
        self._stand = ui.checkbox(t('tenant.builds_stand'), value=bool(before and before.builds_stand))
        self._cost = money_field(t('tenant.shared_cost'), before.shared_cost_fen if before else 0,
                                 help_text=t('tenant.shared_cost_help'))  # fmt: skip
        share = (before.brand_share_bp if before else ALL_BP) / 100
        self._share = number_field(t('tenant.brand_share'), share, unit='%', help_text=t('tenant.brand_share_help'),
                                   checks=(between(0, 100),))  # fmt: skip

    def _prices(self, before: Mechanics | None) -> None:
        price = before.prices[0] if before and before.prices else None
        self.item = text_field(t('tenant.item'), price.item if price else '', help_text=t('tenant.item_help'))
        self._regular = money_field(t('tenant.regular'), price.regular_fen if price else 0)
        self._promoted = money_field(t('tenant.promoted'), price.promoted_fen if price else 0)
        self._proof = text_field(t('tenant.proof'), price.proof if price else '', help_text=t('tenant.proof_help'))

    def mechanics(self) -> Mechanics:
        """What was typed, once its fields were found sound."""
        starts_on, last = parse_day(self.starts.value), parse_day(self.last.value)
        assert starts_on is not None
        assert last is not None
        item = (self.item.value or '').strip()
        first = (PriceProof(
            item=item, regular_fen=max(1, parse_yuan(self._regular.value) or 0),
            promoted_fen=parse_yuan(self._promoted.value) or 0, proof=(self._proof.value or '').strip() or '—',
        ),) if item else ()  # fmt: skip
        return Mechanics(
            title=self.title.value.strip(), text=self.text.value.strip(), starts_on=starts_on, ends_on=last + A_DAY,
            prices=first + (self._before.prices[1:] if self._before else ()), is_loud=bool(self._loud.value),
            builds_stand=bool(self._stand.value), shared_cost_fen=parse_yuan(self._cost.value) or 0,
            brand_share_bp=round(float(self._share.value) * 100),
        )  # fmt: skip

    def forget(self) -> None:
        """Ready for the next."""
        self.title.value, self.text.value, self.item.value = '', '', ''


class PermitFields:
    """What is asked leave for. The kind of one that was asked already cannot change."""

    def __init__(self, place: Place, before: PermitView | None = None) -> None:
        self._place, self._before = place, before
        local = place.clock.local
        kinds = {kind: t(f'permits.kind.{kind}') for kind in PERMITS if before is None or kind == before.kind}
        self._kind = choice_field(t('permits.kind_label'), kinds, next(iter(kinds)), checks=(required,))
        self._from = moment_field(t('permits.starts'), local(before.starts_at) if before else None, checks=(required,))
        self._until = moment_field(t('permits.ends'), local(before.ends_at) if before else None, checks=(required,))
        self._words = text_field(t('permits.what'), before.text if before else '', help_text=t('permits.what_help'),
                                 checks=(required, at_most(500)))  # fmt: skip
        self._insured = day_field(t('permits.insured'), before.insured_until if before else None,
                                  help_text=t('permits.insured_help'), is_optional=True)  # fmt: skip
        self._goods = text_field(t('permits.goods'), '、'.join(before.goods) if before else '',
                                 help_text=t('permits.goods_help'))  # fmt: skip

    def asked(self, tenant_id: TenantId) -> AskPermit:
        """A new one."""
        return AskPermit(tenant_id=tenant_id, **self._facts())

    def revised(self, permit_id: PermitId) -> RevisePermit:
        """Another version of one that was asked."""
        return RevisePermit(permit_id=permit_id, **self._facts())

    def forget(self) -> None:
        """Ready for the next."""
        self._words.value, self._goods.value = '', ''

    def _facts(self) -> dict[str, Any]:
        starts, ends = parse_moment(self._from.value), parse_moment(self._until.value)
        assert starts is not None
        assert ends is not None
        goods = (one.strip() for one in BETWEEN.split(self._goods.value or ''))
        return {
            'kind': self._kind.value, 'starts_at': self._place.instant(starts), 'ends_at': self._place.instant(ends),
            'text': self._words.value.strip(), 'insured_until': parse_day(self._insured.value),
            'goods': tuple(one for one in goods if one),
        }  # fmt: skip
