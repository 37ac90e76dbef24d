"""The platform's cameras: what the vision service answers, in the platform's words, and every way it can fail."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from domain.safety.ports import (
    Calibration,
    LayoutOutdated,
    LayoutRefused,
    PictureMissing,
    Shape,
    VisionUnavailable,
)
from integrations.vision.gateway import VisionGateway
from vision_service.contracts import (
    CalibrationFit,
    CalibrationShape,
    CameraState,
    CameraView,
    LayoutChange,
    LayoutView,
    LineShape,
)

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
FIT = CalibrationFit(
    error_m=0.12,
    error_px=2.5,
    errors_m=(0.1, 0.1, 0.2, 0.1, 0.1),
    errors_px=(2, 2, 3, 2, 2),
    distortion=0,
    is_checked=True,
)
LAYOUT = LayoutView(
    camera='cam-1',
    version=4,
    valid_from=AT,
    changed_by='Lin Yue',
    lines=(LineShape(code='door', points=((0.1, 0.6), (0.9, 0.6))),),
    zones=(),
    calibration=CalibrationShape(points=((0, 1), (1, 1), (1, 0.5), (0, 0.5)), metres=((0, 0), (4, 0), (4, 9), (0, 9))),
    fit=FIT,
)
CAMERA = CameraView(
    code='cam-1',
    state=CameraState.BLIND,
    detail='the picture shows nothing',
    frames=10,
    frames_dropped=2,
    pictures_per_second=7.5,
    people=3,
    counted_in=1,
    counted_out=0,
    readings_waiting=0,
    last_frame_at=AT,
    width=640,
    height=360,
)

Answer = Callable[[httpx.Request], httpx.Response]


def gateway(answer: Answer, token: str = '') -> VisionGateway:
    return VisionGateway('http://vision:8090/', SecretStr(token), transport=httpx.MockTransport(answer))


def says(status: int, **given: Any) -> Answer:
    return lambda _: httpx.Response(status, **given)


async def test_cameras_are_told_in_the_platform_s_words() -> None:
    (now,) = await gateway(says(200, json=[CAMERA.model_dump(mode='json')])).cameras()
    assert (now.code, now.state, now.size, now.frames_dropped) == ('cam-1', 'blind', (640, 360), 2)


async def test_the_token_goes_along_and_nowhere_else() -> None:
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200, content=b'\xff\xd8', headers={'content-type': 'image/jpeg'})

    picture = await gateway(answer, 's3cret').snapshot('cam-1')
    assert heard[0].headers['authorization'] == 'Bearer s3cret'
    assert str(heard[0].url) == 'http://vision:8090/api/v1/cameras/cam-1/snapshot.jpg'
    assert (picture.content, picture.media_type) == (b'\xff\xd8', 'image/jpeg')


async def test_a_layout_comes_and_goes() -> None:
    sent: list[LayoutChange] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == 'PUT':
            sent.append(LayoutChange.model_validate_json(request.content))
        return httpx.Response(200, content=LAYOUT.model_dump_json())

    layout = await gateway(answer).layout('cam-1')
    assert (layout.version, layout.lines[0].code, layout.fit and layout.fit.error_m) == (4, 'door', 0.12)
    zone = Shape('hall', ((0.1, 0.5), (0.9, 0.5), (0.5, 0.9)), 'zone')
    await gateway(answer).save_layout(
        'cam-1', based_on=4, lines=layout.lines, zones=[zone], calibration=layout.calibration, changed_by='赵海川'
    )
    assert (sent[0].based_on, sent[0].zones[0].code, sent[0].changed_by) == (4, 'hall', '赵海川')


async def test_a_fit_says_how_well_the_clicks_agree() -> None:
    points = ((0.0, 1.0), (1.0, 1.0), (1.0, 0.5), (0.0, 0.5))
    fit = await gateway(says(200, content=FIT.model_dump_json())).fit('cam-1', Calibration(points, points))
    assert (fit.error_m, fit.is_checked, len(fit.errors_m)) == (0.12, True, 5)


@pytest.mark.parametrize(
    ('answer', 'failure', 'said'),
    [
        (says(404, json={'detail': 'There is no camera x here.'}), PictureMissing, 'no camera x'),
        (says(503, json={'detail': 'no picture yet'}), PictureMissing, 'no picture yet'),
        (says(409), LayoutOutdated, 'Somebody changed'),
        (says(422, json={'detail': [{'msg': 'on one line'}]}), LayoutRefused, 'on one line'),
        (says(401, text='no'), VisionUnavailable, 'cannot be reached'),
        (says(500, text='bug'), VisionUnavailable, 'cannot be reached'),
        (says(200, content=b'<html>', headers={'content-type': 'text/html'}), VisionUnavailable, 'cannot be reached'),
    ],
)
async def test_every_failure_is_a_sentence(answer: Answer, failure: type[Exception], said: str) -> None:
    with pytest.raises(failure, match=said):
        await gateway(answer).snapshot('cam-1')


async def test_a_service_that_is_away_or_babbles_is_unavailable() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError('refused', request=request)

    for answer in (away, says(200, text='not json'), says(200, json={'some': 'thing'})):
        with pytest.raises(VisionUnavailable):
            await gateway(answer).cameras()


async def test_a_shape_that_the_contract_does_not_take_is_refused_before_it_is_sent() -> None:
    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    bad = Shape('Not A Code', ((0.1, 0.5), (0.9, 0.5)), 'door')
    with pytest.raises(LayoutRefused):
        await gateway(never).save_layout('cam-1', based_on=1, lines=[bad], zones=[], calibration=None, changed_by='x')
