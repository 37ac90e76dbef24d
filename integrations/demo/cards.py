"""The demo mall's prepaid cards: some with money on them, one topped up, one that was lost and blocked."""

from datetime import datetime, timedelta

from pydantic import SecretStr

from domain.payments.cards import SwitchCard, switch_card
from domain.payments.commands import IssueCard
from domain.payments.reconciling import issue_card
from domain.shared.actor import Actor
from domain.shared.operations import perform

CHARGED_FEN = (50_000, 100_000, 20_000, 30_000, 100_000, 50_000, 200_000, 10_000)
TOPPED_UP, LOST = 2, 5


def issue_some_cards(actor: Actor, now: datetime) -> None:
    """Cards of the last weeks; once, for each has its key."""
    for place, fen in enumerate(CHARGED_FEN):
        number = SecretStr(f'6200880000{place:06d}')
        command = IssueCard(number=number, fen=fen, key=f'demo:{place}')
        card = perform(issue_card, actor=actor, now=now - timedelta(days=3 * place + 1), command=command)
        if place == TOPPED_UP:
            more = IssueCard(number=number, fen=30_000, key=f'demo:{place}:more')
            perform(issue_card, actor=actor, now=now - timedelta(days=1, hours=2), command=more)
        if place == LOST:
            lost = SwitchCard(card_id=card, is_active=False, reason='顾客挂失')
            perform(switch_card, actor=actor, now=now, command=lost)
