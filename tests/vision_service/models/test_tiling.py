"""Tiles cover the picture, find whom the whole view is too coarse for, and tell of nobody twice."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from vision_service.models.detections import Detections, Image
from vision_service.models.tiling import TiledDetector, spans


class Bright:
    """Finds bright blocks that take at least a twentieth of the picture's width, and remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, int]] = []

    def detect(self, image: Image) -> Detections:
        return self.detect_all([image])[0]

    def detect_all(self, images: Sequence[Image]) -> list[Detections]:
        import cv2

        answers = []
        for image in images:
            self.shown.append((image.shape[1], image.shape[0]))
            _, _, stats, _ = cv2.connectedComponentsWithStats((image[..., 0] > 200).astype(np.uint8))
            rows = [(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:].tolist() if w >= image.shape[1] / 20]
            answers.append(Detections.of(rows, [0.9] * len(rows)))
        return answers


def picture(*blocks: tuple[int, int, int, int], width: int = 800, height: int = 200) -> Image:
    image = np.zeros((height, width, 3), np.uint8)
    for left, top, right, bottom in blocks:
        image[top:bottom, left:right] = 255
    return image


@pytest.mark.parametrize(('length', 'count', 'overlap'), [(800, 3, 0.2), (1000, 1, 0.2), (37, 6, 0.3)])
def test_tiles_cover_everything_and_share_edges(length: int, count: int, overlap: float) -> None:
    found = spans(length, count, overlap)

    assert len(found) == count
    assert (found[0][0], found[-1][1]) == (0, length)
    assert all(end > begin for (_, end), (begin, _) in pairwise(found))


def test_small_people_are_found_in_tiles_only() -> None:
    small = (300, 50, 320, 110)
    image = picture(small)

    assert len(Bright().detect(image)) == 0
    np.testing.assert_allclose(TiledDetector(Bright(), 3, 1).detect(image).boxes, [small])


def test_somebody_in_two_tiles_and_the_whole_view_is_one_person() -> None:
    tall = (270, 40, 330, 180)

    np.testing.assert_allclose(TiledDetector(Bright(), 3, 1).detect(picture(tall)).boxes, [tall])


def test_a_body_cut_by_a_tile_s_edge_is_told_whole() -> None:
    (begin, _), *_ = spans(800, 3, 0.2)[1:]
    wide = (begin - 60, 40, begin + 60, 180)

    np.testing.assert_allclose(TiledDetector(Bright(), 3, 1).detect(picture(wide)).boxes, [wide])


def test_at_the_picture_s_own_edge_half_a_body_counts() -> None:
    half = (0, 40, 30, 180)

    assert TiledDetector(Bright(), 3, 1).detect(picture(half)).boxes.tolist() == [list(half)]


def test_pictures_of_several_cameras_go_in_one_batch_and_come_back_in_order() -> None:
    inner = Bright()
    tiled = TiledDetector(inner, 2, 2)

    first, second, third = tiled.detect_all(
        [picture((50, 20, 90, 90)), picture(), picture((600, 100, 650, 190), width=700, height=300)]
    )

    assert (len(first), len(second), len(third)) == (1, 0, 1)
    assert third.boxes.tolist() == [[600, 100, 650, 190]]
    assert len(inner.shown) == 3 * 5


def test_a_part_within_a_surer_whole_is_left_out() -> None:
    class Parts(Bright):
        def detect_all(self, images: Sequence[Image]) -> list[Detections]:
            whole = Detections.of([[100, 20, 160, 180]], [0.9])
            return [whole if each.shape[1] == 800 else Detections.of([[60, 60, 100, 120]], [0.5]) for each in images]

    found = TiledDetector(Parts(), 2, 1).detect(picture())

    assert [100, 20, 160, 180] in found.boxes.tolist()
    assert [60, 60, 100, 120] in found.boxes.tolist()
    inside = TiledDetector(Parts(), 2, 1)._merged([Detections.of([[0, 0, 50, 100], [5, 5, 40, 60]], [0.9, 0.5])])
    assert inside.boxes.tolist() == [[0, 0, 50, 100]]
