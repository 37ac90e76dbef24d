"""The domain's heat map as the floor plan draws it."""

from domain.footfall.views import HeatMap
from ui.kit.floor_plan import Heat

HOTTEST_SHARE = 0.985


def heat_of(heat_map: HeatMap) -> Heat:
    """Cells in columns and rows. The scale ends at the hottest cells but the very few, so that one bench does not
    bleach the floor around it."""
    values = sorted(cell.person_s for cell in heat_map.cells)
    most = values[int((len(values) - 1) * HOTTEST_SHARE)] if values else 0.0
    side = heat_map.cell_m
    return Heat(
        cell_m=side,
        most=most or heat_map.hottest,
        cells=[(round(cell.x_m / side), round(cell.y_m / side), round(cell.person_s, 1)) for cell in heat_map.cells],
    )
