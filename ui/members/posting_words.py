"""Kinds of postings in the reader's language."""

from ui.kit.i18n import t

KINDS = (
    'points.earn', 'points.rerate', 'points.grant', 'points.adjustment', 'points.take', 'points.release',
    'points.restore', 'points.claw', 'points.mature', 'points.expire', 'points.forfeit', 'points.move',
)  # fmt: skip


def posting_words(kind: str) -> str:
    """What moved the points; a kind that is new here shows as it is."""
    return t(f'members.{kind.replace("points.", "posted.")}') if kind in KINDS else kind
