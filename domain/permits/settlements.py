"""What a promotion really cost is split as its approved filing says, approved by somebody else, and charged.

共担费用结算: one proposes what was spent, another approves it, and billing hears what the brand owes.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from domain.approvals import permissions as approvals
from domain.approvals.commands import Decide, Step, Submit
from domain.approvals.operations import decide, get_approval, submit
from domain.approvals.views import ApprovalView
from domain.permits import permissions
from domain.permits._filing import MECHANICS, load_promotion
from domain.permits._views import approval_of
from domain.permits.commands import DecideSettlement, PromotionId, SettlePromotion
from domain.permits.errors import AlreadySettled, NotApproved, NothingProposed
from domain.permits.events import PromotionSettled
from domain.permits.models import Promotion
from domain.permits.views import SettlementView, Shares
from domain.shared.actor import Actor, TenantId
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.money import split_largest_remainder
from domain.shared.operations import operation, query


@query(permissions.SETTLE)
def preview_settlement(session: Session, *, actor: Actor, command: SettlePromotion) -> Shares:
    """Who would pay what; nothing is written.

    :raises PromotionUnknown:
    :raises NotApproved:
    :raises AlreadySettled:
    """
    return _shares(session, _ready(session, actor, command.promotion_id), command.actual_cost_fen)


@operation(permissions.SETTLE, name='permits.propose_settlement')
def propose_settlement(session: Session, *, actor: Actor, command: SettlePromotion, now: datetime) -> SettlementView:
    """Asks for approval of what a promotion cost and how it is split; another amount opens another round.

    :raises PromotionUnknown:
    :raises NotApproved: when the promotion itself is not, or no longer.
    :raises AlreadySettled:
    """
    promotion = _ready(session, actor, command.promotion_id, for_change=True)
    shares = _shares(session, promotion, command.actual_cost_fen)
    submit(session, actor=actor.also(approvals.SUBMIT), now=now, command=Submit(
        subject=_subject(promotion), tenant_id=TenantId(promotion.tenant_id),
        content={'title': promotion.mechanics['title'], 'document': command.document,
                 'cost_fen': command.actual_cost_fen, 'brand_share_bp': shares.brand_share_bp,
                 'brand_fen': shares.brand_fen, 'mall_fen': shares.mall_fen},
        steps=(Step(name='结算 Settlement', permission=permissions.APPROVE_SETTLEMENT.code),),
    ))  # fmt: skip
    notify(session, 'permits', promotion.mall_id)
    return _view(session, promotion)


@operation(permissions.APPROVE_SETTLEMENT, name='permits.decide_settlement')
def decide_settlement(session: Session, *, actor: Actor, command: DecideSettlement, now: datetime) -> SettlementView:
    """Agrees to a settlement, which billing then charges, or sends it back.

    :raises PromotionUnknown:
    :raises NothingProposed:
    :raises NotApproved: when the promotion was revised since and is not approved any more.
    :raises AlreadySettled:
    :raises OwnSubmission: when the actor proposed it.
    :raises ContentChanged: when it is not what was looked at.
    """
    promotion = _ready(session, actor, command.promotion_id, for_change=True)
    waiting = _approval(session, promotion)
    if waiting is None:
        raise NothingProposed
    decided = decide(session, actor=actor.also(approvals.DECIDE), now=now, command=Decide(
        approval_id=waiting.id, content_hash=command.content_hash, verdict=command.verdict, comment=command.comment,
    ))  # fmt: skip
    if decided.is_approved:
        brand, mall = int(decided.content['brand_fen']), int(decided.content['mall_fen'])
        promotion.brand_fen, promotion.mall_fen = brand, mall
        session.flush()
        emit(session, PromotionSettled(
            mall_id=promotion.mall_id, occurred_at=now, promotion_id=promotion.id, tenant_id=promotion.tenant_id,
            brand_fen=brand, mall_fen=mall, title=str(decided.content['title']),
        ))  # fmt: skip
    notify(session, 'permits', promotion.mall_id)
    return _view(session, promotion)


@query(permissions.VIEW)
def list_settlements(session: Session, *, actor: Actor) -> list[SettlementView]:
    """Approved promotions whose costs are shared, and all that were proposed, the newest first; a shop's own."""
    promotions = session.exec(select(Promotion).order_by(col(Promotion.id).desc())).all()
    views = [_view(session, one) for one in promotions]
    return [one for one in views if one.approval or (one.is_ready and one.budget_fen > 0)]


def _subject(promotion: Promotion) -> str:
    return f'permits.settlement:{promotion.id}'


def _approval(session: Session, promotion: Promotion) -> ApprovalView | None:
    reader = Actor(name='permits', kind='system', permissions=frozenset({approvals.VIEW.code}))
    return get_approval(session, actor=reader, subject=_subject(promotion))


def _ready(session: Session, actor: Actor, promotion_id: PromotionId, *, for_change: bool = False) -> Promotion:
    promotion = load_promotion(session, actor, promotion_id, for_change=for_change)
    if promotion.brand_fen is not None:
        raise AlreadySettled
    if not approval_of(session, f'permits.promotion:{promotion.id}').is_approved:
        raise NotApproved
    return promotion


def _shares(session: Session, promotion: Promotion, cost_fen: int) -> Shares:
    """As the approved text says, whatever the filing reads now."""
    agreed = MECHANICS.validate_python(approval_of(session, f'permits.promotion:{promotion.id}').content)
    share = agreed.brand_share_bp
    brand, mall = split_largest_remainder(cost_fen, [share, 10_000 - share])
    return Shares(cost_fen=cost_fen, budget_fen=agreed.shared_cost_fen, brand_share_bp=share, brand_fen=brand,
                  mall_fen=mall)  # fmt: skip


def _view(session: Session, promotion: Promotion) -> SettlementView:
    mechanics = MECHANICS.validate_python(promotion.mechanics)
    return SettlementView(
        promotion_id=PromotionId(promotion.id), tenant_id=TenantId(promotion.tenant_id), title=mechanics.title,
        starts_on=mechanics.starts_on, ends_on=mechanics.ends_on, budget_fen=mechanics.shared_cost_fen,
        brand_share_bp=mechanics.brand_share_bp,
        is_ready=approval_of(session, f'permits.promotion:{promotion.id}').is_approved,
        approval=_approval(session, promotion), brand_fen=promotion.brand_fen, mall_fen=promotion.mall_fen,
    )  # fmt: skip
