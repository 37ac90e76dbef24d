"""Hazards in words and states."""

from domain.safety.commands import HazardKind, HazardState, Priority
from domain.safety.views import HazardView
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.tokens import State

IN_PEOPLE = frozenset({HazardKind.COUNTERFLOW, HazardKind.INTRUSION})


def kind_words(kind: HazardKind) -> str:
    return t(f'safety.kind.{kind}')


def state_of(hazard: HazardView) -> State:
    """The colour and shape of its badge."""
    if hazard.state is HazardState.DISMISSED:
        return 'off'
    if hazard.state is HazardState.CONFIRMED:
        return 'act'
    return 'act' if hazard.priority is not Priority.NORMAL else 'watch'


def state_words(hazard: HazardView) -> str:
    if hazard.state is HazardState.OPEN and hazard.priority is not Priority.NORMAL:
        return t(f'safety.priority.{hazard.priority}')
    return t(f'safety.state.{hazard.state}')


def value_words(hazard: HazardView) -> str:
    """`4.6 people/m², limit 4.0`: what was measured, in the unit of its kind."""
    unit = 'density' if hazard.kind is HazardKind.DENSITY else 'inflow' if hazard.kind is HazardKind.INFLOW else None
    unit = unit or ('people' if hazard.kind in IN_PEOPLE else 'seconds')
    value, limit = number(hazard.value, digits=1), number(hazard.limit, digits=1)
    return t(f'safety.value.{unit}', value=value, limit=limit)
