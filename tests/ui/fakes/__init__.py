"""Made-up answers of the domain for tests of screens: plausible figures on the real floor plan of the demo mall.

The screens call `run_query` and `run_operation`; a test lets them ask a `FakeDomain` instead. What it answers are the
domain's own view classes, so that a change of a view breaks the screens' tests as it would break the screens.
"""

from tests.ui.fakes.devices import acknowledged, devices, devices_answers, quarantined
from tests.ui.fakes.domain import FakeDomain
from tests.ui.fakes.figures import alarms, cockpit_answers, comparison, curve, door_ranks, heat, occupancy, summary
from tests.ui.fakes.footfall import (
    audits,
    capture,
    compared,
    coverage_days,
    day_series,
    dwells,
    export,
    flow_matrix,
    footfall_answers,
    gaps,
    imputations,
    lines,
    staff,
    versions,
    zones,
)
from tests.ui.fakes.ground import (
    CLOCK,
    DRAWING,
    NOW,
    OPENING,
    PEAKS,
    TODAY,
    WINDOW,
    drawing,
    entrances,
    floor_plan,
    floors,
    measure,
)

__all__ = [
    'CLOCK',
    'DRAWING',
    'NOW',
    'OPENING',
    'PEAKS',
    'TODAY',
    'WINDOW',
    'FakeDomain',
    'acknowledged',
    'alarms',
    'audits',
    'capture',
    'cockpit_answers',
    'compared',
    'comparison',
    'coverage_days',
    'curve',
    'day_series',
    'devices',
    'devices_answers',
    'door_ranks',
    'drawing',
    'dwells',
    'entrances',
    'export',
    'floor_plan',
    'floors',
    'flow_matrix',
    'footfall_answers',
    'gaps',
    'heat',
    'imputations',
    'lines',
    'measure',
    'occupancy',
    'quarantined',
    'staff',
    'summary',
    'versions',
    'zones',
]
