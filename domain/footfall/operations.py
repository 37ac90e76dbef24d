"""What one may do to footfall."""

from domain.footfall._auditing import AuditInvalid, record_audit
from domain.footfall._closing import DayNotOver, close_business_day
from domain.footfall._imputing import impute_gaps
from domain.footfall._layout import (
    CodeTaken,
    GeometryInvalid,
    LineUnknown,
    ZoneUnknown,
    define_line,
    define_zone,
    redraw_line,
    redraw_zone,
    retire_line,
    retire_zone,
)
from domain.footfall._masking import MaskUnknown, WindowEmpty, annotate, lift_mask, mask_closed_hours, set_mask
from domain.footfall._rebuilding import TooLongAgo, rebuild_rollups
from domain.footfall._upkeep import ensure_partitions, forget_tokens

__all__ = [
    'AuditInvalid',
    'CodeTaken',
    'DayNotOver',
    'GeometryInvalid',
    'LineUnknown',
    'MaskUnknown',
    'TooLongAgo',
    'WindowEmpty',
    'ZoneUnknown',
    'annotate',
    'close_business_day',
    'define_line',
    'define_zone',
    'ensure_partitions',
    'forget_tokens',
    'impute_gaps',
    'lift_mask',
    'mask_closed_hours',
    'rebuild_rollups',
    'record_audit',
    'redraw_line',
    'redraw_zone',
    'retire_line',
    'retire_zone',
    'set_mask',
]
