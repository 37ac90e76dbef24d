"""The palette's promises: contrast after WCAG 2.2 AA, and series that colour-blind people tell apart."""

from itertools import combinations, product

import numpy as np
import pytest

from ui.kit.tokens import PALETTES, SPACE, Palette, css_variables

TEXT_CONTRAST = 4.5
GRAPHIC_CONTRAST = 3.0
DISTINGUISHABLE = 0.09
"""Least distance in OKLab; two neighbouring Tableau-10 colours are about 0.06 apart under deuteranopia."""

SIMULATIONS = {  # Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
    'normal': np.eye(3),
    'protanopia': np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    'deuteranopia': np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    'tritanopia': np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
TO_CONE = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_OKLAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
)

appearances = pytest.mark.parametrize('colors', PALETTES.values(), ids=PALETTES)


def linear(color: str) -> np.ndarray:
    channels = np.array([int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    luminances = sorted(float(linear(color) @ np.array([0.2126, 0.7152, 0.0722])) for color in (one, other))
    return (luminances[1] + 0.05) / (luminances[0] + 0.05)


def oklab(color: str, simulation: np.ndarray) -> np.ndarray:
    seen = np.clip(simulation @ linear(color), 0, 1)
    return TO_OKLAB @ np.cbrt(TO_CONE @ seen)


@appearances
def test_text_reads_on_every_surface(colors: Palette) -> None:
    surfaces = (colors.page, colors.surface, colors.raised, colors.sunken)
    inks = (colors.text, colors.muted, colors.faint, colors.brand, colors.accent)
    failing = {(ink, surface) for ink, surface in product(inks, surfaces) if contrast(ink, surface) < TEXT_CONTRAST}
    assert not failing


@appearances
@pytest.mark.parametrize('state', ['good', 'watch', 'act', 'off'])
def test_state_text_reads_on_its_own_tint_and_on_cards(colors: Palette, state: str) -> None:
    ink = getattr(colors, state)
    for surface in (getattr(colors, f'{state}_soft'), colors.surface, colors.page):
        assert contrast(ink, surface) >= TEXT_CONTRAST, (ink, surface)


@appearances
def test_a_brand_button_reads(colors: Palette) -> None:
    assert contrast(colors.on_brand, colors.brand) >= TEXT_CONTRAST
    assert contrast(colors.on_brand, colors.brand_strong) >= TEXT_CONTRAST
    assert contrast(colors.brand, colors.brand_soft) >= TEXT_CONTRAST
    assert contrast(colors.accent, colors.accent_soft) >= TEXT_CONTRAST


@appearances
def test_chart_series_stand_out_from_the_card(colors: Palette) -> None:
    assert len(colors.chart) == 8
    assert [color for color in colors.chart if contrast(color, colors.surface) < GRAPHIC_CONTRAST] == []


@appearances
@pytest.mark.parametrize('vision', SIMULATIONS)
def test_chart_series_are_told_apart_with_any_colour_vision(colors: Palette, vision: str) -> None:
    seen = {color: oklab(color, SIMULATIONS[vision]) for color in colors.chart}
    too_close = {
        (one, other): round(float(np.linalg.norm(seen[one] - seen[other])), 3)
        for one, other in combinations(colors.chart, 2)
        if np.linalg.norm(seen[one] - seen[other]) < DISTINGUISHABLE
    }
    assert not too_close


@appearances
def test_heat_runs_one_way_in_lightness(colors: Palette) -> None:
    lightness = [oklab(color, SIMULATIONS['normal'])[0] for color in colors.heat]
    steps = np.diff(lightness)
    assert (steps > 0.03).all() or (steps < -0.03).all()


def test_spaces_stand_on_the_four_pixel_grid() -> None:
    assert all(px % 4 == 0 for px in SPACE.values())


def test_every_colour_becomes_a_css_variable_in_light_dark_and_on_the_wall() -> None:
    css = css_variables()
    assert css.count('--at-brand-soft:') == 3
    assert css.count('--at-chart-8:') == 3
    assert css.count('--at-plan-wall:') == 3
