"""A tenant's statement of account in words, for paper and spreadsheet; the office and the tenant see the same."""

from datetime import date, timedelta

from domain.billing.statements import Statement, StatementEntry
from domain.leasing.periods import add_months
from domain.shared.documents import Cell, Paper, PaperColumn, PaperTable
from ui.kit.format import month_words
from ui.kit.i18n import t, words
from ui.kit.money import yuan
from ui.leasewords import date_words

PAYMENT = 'payment.'


def what_words(entry: StatementEntry) -> str:
    """What an entry is for, with its days."""
    if entry.what.startswith(PAYMENT):
        return t('billing.paid_by', method=t(f'billing.methods.{entry.what.removeprefix(PAYMENT)}'))
    said = t(f'billing.kind.{entry.what}')
    if entry.starts_on and entry.ends_on:
        said = f'{said} {_span(entry.starts_on, entry.ends_on)}'
    return f'{said} {t("billing.adjusted")}' if entry.is_adjustment else said


def _span(starts_on: date, ends_on: date) -> str:
    """A whole month by its name, anything else by its first and last day."""
    if starts_on.day == 1 and ends_on == add_months(starts_on, 1):
        return month_words(starts_on)
    return f'{date_words(starts_on)} – {date_words(ends_on - timedelta(days=1))}'


def statement_table(statement: Statement) -> PaperTable:
    """The account as rows: opening balance, entries, closing balance."""
    columns = [
        PaperColumn(label=t('billing.day'), kind='day', width=1.1), PaperColumn(label=t('billing.entry'), width=3.6),
        PaperColumn(label=t('billing.charged'), kind='money', width=1.2),
        PaperColumn(label=t('billing.paid'), kind='money', width=1.2),
        PaperColumn(label=t('billing.balance'), kind='money', width=1.3),
    ]  # fmt: skip
    rows: list[list[Cell]] = [[statement.from_on, t('billing.opening'), None, None, statement.opening_fen]]
    rows += [
        [
            entry.on, what_words(entry), entry.amount_fen if entry.amount_fen > 0 else None,
            -entry.amount_fen if entry.amount_fen < 0 else None, entry.balance_fen,
        ] for entry in statement.entries
    ]  # fmt: skip
    charged = sum(entry.amount_fen for entry in statement.entries if entry.amount_fen > 0)
    paid = -sum(entry.amount_fen for entry in statement.entries if entry.amount_fen < 0)
    total: list[Cell] = [None, t('billing.closing'), charged, paid, statement.closing_fen]
    return PaperTable(title=t('billing.statement'), columns=columns, rows=rows, total=total)


def statement_paper(statement: Statement, issuer: str) -> Paper:
    """The account as a paper to send."""
    tenant = statement.tenant
    last = date_words(statement.until_on - timedelta(days=1))
    return Paper(
        issuer=issuer, title=t('billing.statement'),
        subtitle=t('billing.statement_of', first=date_words(statement.from_on), last=last),
        facts=[
            (t('billing.tenant'), words(tenant.name_zh, tenant.name_en)), (t('leasing.tenant_code'), tenant.code),
            (t('leasing.legal_name'), tenant.legal_name or '—'), (t('billing.credit_code'), tenant.credit_code or '—'),
            (t('billing.opening'), yuan(statement.opening_fen)), (t('billing.closing'), yuan(statement.closing_fen)),
        ],
        tables=[statement_table(statement)], notes=[t('billing.statement_note')], page_words=t('billing.page_words'),
    )  # fmt: skip
