"""The questions one may ask of footfall. All read roll-ups; none reads raw crossings, stays or presence.

`now` is the instant the answer is for: figures of the running business day end there, and so do those they are
compared with (CK-R5). Windows have an exclusive end and are cut to whole buckets of the grain.
"""

from domain.footfall._history import compare, conversion, export_rows, series, staff_removed
from domain.footfall._lists import (
    line_versions,
    list_annotations,
    list_audits,
    list_lines,
    list_masks,
    list_zones,
    zone_versions,
)
from domain.footfall._places_in_use import capture_rates, dwell_by_zone, flows, heat_map
from domain.footfall._quality import coverage_calendar, list_gaps, list_imputations
from domain.footfall._today import cockpit_summary, curve_15min, door_ranking, occupancy_by_floor

__all__ = [
    'capture_rates',
    'cockpit_summary',
    'compare',
    'conversion',
    'coverage_calendar',
    'curve_15min',
    'door_ranking',
    'dwell_by_zone',
    'export_rows',
    'flows',
    'heat_map',
    'line_versions',
    'list_annotations',
    'list_audits',
    'list_gaps',
    'list_imputations',
    'list_lines',
    'list_masks',
    'list_zones',
    'occupancy_by_floor',
    'series',
    'staff_removed',
    'zone_versions',
]
