"""From clip to count: known crossings, the same ones at every replay, in any size of picture."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.vision_service.clips import MIDDLE, Walker, draw_clip, two_in_one_out
from vision_service.cameras import CameraConfig, LineConfig, ZoneConfig
from vision_service.counting import Count, count_clip
from vision_service.pipeline import Pipeline
from vision_service.privacy import jpeg, scene_without_people
from vision_service.sources.file import FileSource


def camera(source: Path, **changes: object) -> CameraConfig:
    return CameraConfig(
        code='cam-1', source=str(source), lines=(LineConfig(code='middle', points=MIDDLE),), paced=False, **changes
    )


def directions(count: Count) -> Counter[str]:
    return Counter(crossing.direction for crossing in count.crossings)


@pytest.fixture(scope='module')
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_in_one_out(tmp_path_factory.mktemp('clips') / 'clip.avi')


def test_counts_the_people_of_a_clip(clip: Path) -> None:
    assert directions(count_clip(camera(clip))) == {'in': 2, 'out': 1}


def test_replaying_a_clip_gives_identical_crossings(clip: Path) -> None:
    first, second = count_clip(camera(clip)), count_clip(camera(clip))

    assert first.crossings == second.crossings
    assert first.summary() == second.summary()


def test_counts_the_same_in_shares_of_the_picture(clip: Path) -> None:
    line = LineConfig(code='middle', points=((0.5, 10 / 240), (0.5, 230 / 240)))

    assert directions(count_clip(camera(clip).model_copy(update={'lines': (line,)}))) == {'in': 2, 'out': 1}


def test_two_who_walk_as_one_blob_are_two_once_it_is_known_how_tall_people_are(tmp_path: Path) -> None:
    alone = [Walker(20 + 50 * k, 65 + 50 * k, ((20, 150), (300, 150))) for k in range(3)]
    pair = [Walker(180, 240, ((8, 150), (288, 150))), Walker(180, 240, ((32, 152), (312, 152)), (200, 60, 30))]

    count = count_clip(camera(draw_clip(tmp_path / 'pair.avi', alone + pair, pictures=250)))

    assert directions(count) == {'out': 5}


def test_someone_who_turns_back_at_the_line_is_not_counted(tmp_path: Path) -> None:
    turns = [Walker(20, 50, ((20, 150), (140, 150))), Walker(50, 80, ((140, 150), (20, 150)))]

    assert directions(count_clip(camera(draw_clip(tmp_path / 'turn.avi', turns, pictures=90)))) == {}


def test_an_empty_hall_with_noise_counts_nobody(tmp_path: Path) -> None:
    assert count_clip(camera(draw_clip(tmp_path / 'empty.avi', [], pictures=120))).crossings == []


def test_a_light_that_goes_on_counts_nobody(tmp_path: Path) -> None:
    class Lamp(FileSource):
        def _read(self, capture, offset):
            for index, (seconds, image) in enumerate(super()._read(capture, offset)):
                yield seconds, image if index < 60 else np.minimum(image.astype(int) + 70, 255).astype(np.uint8)

    clip = draw_clip(tmp_path / 'lamp.avi', [], pictures=120)

    assert count_clip(camera(clip), source=Lamp(str(clip))).crossings == []


def test_a_looping_clip_counts_the_same_each_time_round(clip: Path) -> None:
    source = FileSource(str(clip), loop=True)

    count = count_clip(camera(clip), source=source, on_frame=lambda number: number == 450 and source.close())

    rounds = [Counter(c.direction for c in count.crossings if 15.9 * k <= c.at < 15.9 * (k + 1)) for k in range(3)]
    assert rounds == [{'in': 2, 'out': 1}] * 3


def test_stays_in_a_zone_are_told_when_they_end(clip: Path) -> None:
    watched = camera(clip).model_copy(
        update={'zones': (ZoneConfig(code='hall', points=((0.1, 0.1), (0.9, 0.1), (0.9, 1.0), (0.1, 1.0))),)}
    )
    pipeline = Pipeline(watched, 320, 240)

    stays = [stay for frame in FileSource(str(clip)).frames() for stay in pipeline.see(frame).stays]
    stays += pipeline.finish()[0]

    assert len(stays) == 3
    assert all(3.0 < stay.left_at - stay.entered_at < 6.0 for stay in stays)


def test_a_masked_picture_shows_nobody_s_coat(tmp_path: Path) -> None:
    import cv2

    red = [Walker(20, 80, ((20, 150), (300, 150)), (0, 0, 255))]
    clip = draw_clip(tmp_path / 'red.avi', red, pictures=60)
    pipeline = Pipeline(camera(clip).model_copy(update={'lines': ()}), 320, 240)
    for frame in FileSource(str(clip)).frames():
        seen = pipeline.see(frame)

    shown = cv2.imdecode(
        np.frombuffer(jpeg(scene_without_people(frame.image, seen, pipeline)), np.uint8), cv2.IMREAD_COLOR
    )

    def edges(picture: np.ndarray) -> float:
        box = seen.tracks.boxes[0].astype(int)
        return float(cv2.Laplacian(picture[box[1] : box[3], box[0] : box[2]], cv2.CV_64F).var())

    assert len(seen.tracks) == 1
    assert edges(shown) < 0.5 * edges(frame.image)
