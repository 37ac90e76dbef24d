"""The kinds of things that are approved: what each is called, where it is decided, and what changed in it."""

from collections.abc import Mapping
from typing import Any

from domain.approvals.rounds import RoundView
from domain.approvals.views import ApprovalView
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.shell import paths

PLACES = {
    'permits.promotion': f'{paths.TENANTS}/promotions', 'permits.permit': f'{paths.TENANTS}/permits',
    'permits.settlement': f'{paths.TENANTS}/settlements', 'purchasing.order': f'{paths.INVENTORY}/orders',
}  # fmt: skip
FIELDS = (
    'title', 'text', 'starts_on', 'ends_on', 'prices', 'is_loud', 'builds_stand', 'shared_cost_fen', 'brand_share_bp',
    'starts_at', 'ends_at', 'insured_until', 'goods', 'cost_fen', 'document', 'number', 'supplier', 'value_fen',
    'lines',
)  # fmt: skip


def kind_of(approval: ApprovalView) -> str:
    return approval.subject.partition(':')[0]


def kind_words(kind: str) -> str:
    return t(f'approvals.kind.{kind.replace(".", "_")}') if kind in PLACES else kind


def title_of(approval: ApprovalView) -> str:
    """What one recognises it by."""
    content = approval.content
    if kind_of(approval) == 'purchasing.order':
        return f'{content.get("number", "")} · {yuan(content.get("value_fen"))}'
    return str(content.get('title') or content.get('text') or approval.subject)


def place_of(approval: ApprovalView) -> str | None:
    """Where it is looked at and decided; None for a kind that has no page."""
    kind, _, number = approval.subject.partition(':')
    if kind not in PLACES:
        return None
    if kind == 'purchasing.order':
        return f'{PLACES[kind]}/{number}'
    return paths.with_query(PLACES[kind], open=number)


def changed_fields(before: RoundView | None, after: RoundView) -> list[str]:
    """What a round changed against the one before, in words; everything is new in the first."""
    old: Mapping[str, Any] = before.content if before else {}
    return [
        t(f'approvals.field.{name}') for name in FIELDS
        if before is not None and old.get(name) != after.content.get(name)
    ]  # fmt: skip
