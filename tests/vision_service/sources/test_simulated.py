"""The simulated mall's cameras: pictures of a known truth, all the way to people on the plan."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from vision_service.camera import Camera
from vision_service.cameras import CalibrationConfig, CameraConfig, LineConfig
from vision_service.contracts import FloorZoneShape
from vision_service.errors import SourceUnavailable
from vision_service.sources.choosing import choose_source
from vision_service.sources.rendering import Figure, PinholeCamera, Renderer
from vision_service.sources.simulated import SimulatedSource, parsed
from vision_service.store.queue import ReadingQueue
from vision_service.trajectories.owner import IdentityOwner

RATE, PACE_M_S = 10.0, 1.3
ABOVE = 'x=0&y=4&z=3.6&yaw=0&pitch=27&width=480&height=270&floor=F1'
AHEAD = 'x=22&y=4&z=3.6&yaw=180&pitch=27&width=480&height=270&floor=F1'


def hall(path: Path, people: int, seconds: float = 60.0) -> Path:
    """One after the other they walk along the hall, from x 2 to x 20."""
    with path.open('w') as file:
        for step in range(int(seconds * RATE)):
            t = step / RATE
            here = [(n, 2 + PACE_M_S * (t - 8 - 5.0 * n), 3.0 + 0.9 * (n % 3)) for n in range(people)]
            rows = [[n, x, y, 1.7] for n, x, y in here if 2 <= x <= 20]
            file.write(json.dumps({'t': 100 + t, 'floor': 'F1', 'people': rows}) + '\n')
    return path


def test_what_the_camera_shows_lies_where_it_is() -> None:
    camera = PinholeCamera(x_m=3, y_m=4, yaw=30, pitch=35)
    floor = np.array([(8.0, 7.0, 0.0), (6.0, 5.0, 0.0)])

    pixels, depth = camera.pixels(floor)

    assert (depth > 0).all()
    assert np.allclose(camera.projection.project(pixels), floor[:, :2])
    heads, _ = camera.pixels(floor + np.array([0, 0, 1.7]))
    assert (heads[:, 1] < pixels[:, 1]).all()


def test_whoever_stands_nearer_hides_who_is_behind() -> None:
    renderer = Renderer(PinholeCamera(x_m=0, y_m=0, pitch=20), noise=0.0)
    near, far = Figure(0, 4, 0), Figure(1, 6, 0)

    assert (renderer.picture([near, far]) == renderer.picture([far, near])).all()


def test_clicks_of_its_calibration_fit_exactly() -> None:
    marks = PinholeCamera(x_m=1, y_m=2).marks()
    placed = CalibrationConfig(points=[p for p, _ in marks], metres=[m for _, m in marks]).placed(640, 360)

    assert placed.error_m < 1e-6


def walked(tmp_path: Path, people: int) -> tuple[IdentityOwner, list[Camera]]:
    positions = hall(tmp_path / 'positions.jsonl', people)
    shop = FloorZoneShape(code='shop', floor='F1', polygon=((3, 0), (8, 0), (8, 8), (3, 8)), kind='shop')
    exit_zone = FloorZoneShape(code='exit', floor='F1', polygon=((14, 0), (19, 0), (19, 8), (14, 8)), kind='door')
    owner = IdentityOwner([shop, exit_zone])
    queue = ReadingQueue(tmp_path / 'queue.sqlite3')
    cameras = []
    for code, pose in (('above', ABOVE), ('ahead', AHEAD)):
        source = SimulatedSource(f'sim:{positions}?{pose}')
        marks = source.camera.marks()
        config = CameraConfig(
            code=code,
            source='sim:',
            floor='F1',
            calibration=CalibrationConfig(points=[p for p, _ in marks], metres=[m for _, m in marks]),
            lines=(LineConfig(code='door', points=((0.0, 0.45), (1.0, 0.45))),),
        )
        camera = Camera(config, queue, source=source, observer=owner.observe, clock=lambda: 1_800_000_000.0)
        camera.run()
        cameras.append(camera)
    owner.finish()
    return owner, cameras


def test_two_rendered_cameras_make_the_mall_s_people(tmp_path: Path) -> None:
    owner, cameras = walked(tmp_path, people=6)

    assert [sum(camera.counted.values()) for camera in cameras] == [6, 6]
    # Twenty metres away somebody's feet are off by metres, and he may be taken for two.
    assert owner.view().people_today in (6, 7)


def test_a_replay_is_the_same_to_the_last_byte(tmp_path: Path) -> None:
    positions = hall(tmp_path / 'positions.jsonl', people=2, seconds=3.0)

    one, two = (list(SimulatedSource(f'sim:{positions}?{ABOVE}').frames()) for _ in range(2))

    assert len(one) == 30
    assert all((a.image == b.image).all() and a.seconds == b.seconds for a, b in zip(one, two, strict=True))


def test_a_clock_that_jumps_back_tells_nothing_new(tmp_path: Path) -> None:
    path = tmp_path / 'p.jsonl'
    path.write_text(''.join(json.dumps({'t': t, 'people': []}) + '\n' for t in (1.0, 1.1, 0.2, 1.1, 1.2)))

    assert [f.seconds for f in SimulatedSource(f'sim:{path}?{ABOVE}').frames()] == pytest.approx([0, 0.1, 0.2])


@pytest.mark.parametrize('text', ['sim:', 'sim:a?x=b&y=1', 'sim:a?x=1', 'sim:a?x=1&y=1&width=9', 'sim:?x=1&y=1'])
def test_what_is_no_camera_is_said(text: str) -> None:
    with pytest.raises(SourceUnavailable):
        parsed(text)


@pytest.mark.parametrize('line', ['{', '{"t": 1}', '{"t": "a", "people": []}', '{"t": 1, "people": [[1]]}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / 'p.jsonl'
    path.write_text(line + '\n')

    with pytest.raises(SourceUnavailable, match='line 1'):
        list(SimulatedSource(f'sim:{path}?{ABOVE}').frames())


def test_no_positions_and_no_file_are_said(tmp_path: Path) -> None:
    (tmp_path / 'empty').write_text('')
    for name in ('empty', 'missing'):
        with pytest.raises(SourceUnavailable):
            list(SimulatedSource(f'sim:{tmp_path / name}?{ABOVE}').frames())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    body = hall(tmp_path / 'p.jsonl', people=1, seconds=1.0).read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = HTTPServer(('127.0.0.1', 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f'http://127.0.0.1:{server.server_port}/positions'
    server.shutdown()
    thread.join()
    server.server_close()


def test_positions_come_by_http_too(served: str) -> None:
    source = choose_source(f'sim:{served}?{ABOVE}')

    assert len(list(source.frames())) == 10
