"""What an amendment would change, period by period."""

from domain.leasing.views import AmendmentPreview
from ui.kit.data_table import Column
from ui.kit.i18n import t
from ui.kit.money import signed_yuan, yuan
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.leasewords import term_words

MOST = 36


def preview_table(preview: AmendmentPreview) -> None:
    """The first periods that change, and what keeps the amendment from being signed."""
    for complaint in preview.complaints:
        notice(complaint, 'act')
    columns = [
        Column(name='kind', label=t('leasing.item')), Column(name='period', label=t('leasing.period')),
        Column(name='before', label=t('leasing.before'), kind='number'),
        Column(name='after', label=t('leasing.after'), kind='number'),
        Column(name='difference', label=t('leasing.difference_column'), kind='number'),
    ]  # fmt: skip
    rows = [
        {
            'kind': t(f'leasing.kind.{line.kind}'), 'period': term_words(line.starts_on, line.ends_on),
            'before': yuan(line.before_fen), 'after': yuan(line.after_fen),
            'difference': signed_yuan(line.after_fen - line.before_fen),
        } for line in preview.lines[:MOST]
    ]  # fmt: skip
    PlainTable(columns, rows, hint=t('leasing.nothing_changes')).mark('leasing.preview')
    if len(preview.lines) > MOST:
        notice(t('leasing.more_lines', count=len(preview.lines) - MOST))
