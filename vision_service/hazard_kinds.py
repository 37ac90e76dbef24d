"""The kinds of hazards, by the names that contracts, configuration and the platform share."""

from enum import StrEnum


class HazardKind(StrEnum):
    """What a camera watches for besides people who come and go."""

    DENSITY = 'density'
    INFLOW = 'inflow'
    COUNTERFLOW = 'counterflow'
    LOITERING = 'loitering'
    INTRUSION = 'intrusion'
    ABANDONED = 'abandoned'
    FALL = 'fall'
    FLAME = 'flame'
    SMOKE = 'smoke'
