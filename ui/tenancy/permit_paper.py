"""A permit on paper: what is allowed, to whom, until when, and the code that the gate asks for."""

from domain.permits.views import PermitView
from domain.shared.documents import Paper, PaperColumn, PaperTable
from ui.kit.format import day
from ui.kit.i18n import t
from ui.screens import Place


def permit_paper(place: Place, permit: PermitView, shop: str, issuer: str) -> Paper:
    """The paper to hang up on the site, or to show at the gate."""
    facts = [
        (t('permits.code'), permit.code),
        (t('tenancy.tenant'), shop),
        (t('permits.starts'), place.moment(permit.starts_at)),
        (t('permits.ends'), place.moment(permit.ends_at)),
        (t('permits.asked_by'), permit.asked_by),
    ]
    if permit.insured_until:
        facts.append((t('permits.insured'), day(permit.insured_until)))
    signed = PaperTable(
        title=t('permits.review'),
        columns=[PaperColumn(label=t(f'tenancy.{name}')) for name in ('by', 'verdict', 'at')],
        rows=[(one.decided_by, t(f'tenant.verdict.{one.verdict}'), place.moment(one.decided_at))
              for one in permit.approval.trail if one.round == permit.approval.round],
    )  # fmt: skip
    goods = PaperTable(
        title=t('permits.goods'), columns=[PaperColumn(label=t('permits.goods'))], rows=[(one,) for one in permit.goods]
    )
    return Paper(
        issuer=issuer, title=t(f'permits.kind.{permit.kind}'), subtitle=permit.text, facts=facts,
        tables=[goods, signed] if permit.goods else [signed], notes=[t('permits.paper_note')],
        code=permit.code,
    )  # fmt: skip
