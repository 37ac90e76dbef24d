"""What must hold of the books after whatever happened: balanced, nothing twice, everybody with the same."""

from sqlalchemy import text

from domain.shared.actor import MallId
from domain.shared.database import Scope, reading
from domain.shared.journal import drifted_accounts, trial_balance

_ONCE = {
    'coupon': 'SELECT count(*), count(DISTINCT member_id) FROM coupon',
    'sale': "SELECT count(*), count(DISTINCT key) FROM sale WHERE state NOT IN ('open', 'voided')",
    'receipt': 'SELECT count(*), count(DISTINCT key) FROM point_receipt',
    'points': "SELECT count(*), count(DISTINCT key) FROM ledger_entry WHERE kind LIKE 'points.grant%'",
}


def books_hold(mall: MallId, *, visits: int, hint: str) -> None:
    """After so many whole visits, each of which leaves a member with the same points."""
    with reading(Scope(mall_id=mall)) as session:
        assert set(trial_balance(session).values()) <= {0}, hint
        assert drifted_accounts(session) == [], hint
        for what, counted in _ONCE.items():
            rows, different = session.execute(text(counted)).one()
            assert rows == different, f'{hint}: {what}'
            assert rows >= visits, f'{hint}: {what}'
        balances = session.execute(text(
            'SELECT DISTINCT a.balance FROM member m JOIN ledger_account a ON a.id = m.available_account_id'
            ' AND a.mall_id = m.mall_id'
        )).scalars()  # fmt: skip
        assert len(set(balances)) == 1, f'{hint}: every member ends with the same points'
