"""How sure a rate of alarms is, and where the figures are written."""

from pathlib import Path

import pytest

from tests.vision_service.hazards import scenes
from vision_service.alarming import Alarms, alarm_clip, usual_hazards
from vision_service.cameras import CameraConfig
from vision_service.contracts import HazardKind
from vision_service.evaluation.hazards import BEGIN, END, Clip, Stills, most_per_hour, section, write


def test_none_in_an_hour_may_still_be_three_an_hour() -> None:
    assert most_per_hour(0, 1.0) == pytest.approx(3.0, abs=0.01)
    assert most_per_hour(0, 0.1) == pytest.approx(30.0, abs=0.1)
    assert most_per_hour(5, 1.0) == pytest.approx(11.7, abs=0.3)


def test_the_section_says_what_was_raised_and_how_little_is_known(tmp_path: Path) -> None:
    camera = CameraConfig(code='c', source='drawn', hazards=usual_hazards((HazardKind.FLAME,)))
    burning = alarm_clip(camera, source=scenes.Clip(12, scenes.flame(4, 12)))
    quiet = Clip('quiet', Alarms(frames=10, seconds=360.0), 50.0)
    page = tmp_path / 'page.md'
    page.write_text(f'before\n{BEGIN}\nold\n{END}\nafter\n', encoding='utf-8')

    smoke, flame = HazardKind.SMOKE, HazardKind.FLAME
    stills = [Stills('v', 9, (smoke,), {smoke: 6.0, flame: 7.0}), Stills('w', 9, (flame,), {})]
    thinned = {'quiet': Stills('quiet', 36, (), {})}
    write(page, section([quiet], [Clip('fire', burning, 40.0)], stills, thinned))

    text = page.read_text(encoding='utf-8')
    assert text.startswith('before\n')
    assert text.endswith('after\n')
    assert 'old' not in text
    assert 'flame at ' in text
    assert 'False alarms per hour: 0.0; with 95 % certainty below 30' in text
    assert '1 of 2 raised' in text
    assert '| v | 9 | smoke | 7 s (false) | 6 s |' in text
    assert '| w | 9 | flame | missed | – |' in text
    assert '| quiet | 36 | nothing of the kind | – | – |' in text


def test_a_page_without_a_place_for_it_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / 'page.md'
    page.write_text('words', encoding='utf-8')
    with pytest.raises(ValueError, match='no place'):
        write(page, 'x')
    assert page.read_text(encoding='utf-8') == 'words'
