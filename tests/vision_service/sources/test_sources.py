"""Where pictures come from, and what is said when they do not."""

import socket
from itertools import pairwise
from pathlib import Path

import pytest

from tests.vision_service.clips import two_in_one_out
from vision_service.errors import SourceUnavailable
from vision_service.sources.choosing import choose_source
from vision_service.sources.file import FileSource
from vision_service.sources.live import LiveSource
from vision_service.sources.opening import open_capture, without_password


@pytest.fixture(scope='module')
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_in_one_out(tmp_path_factory.mktemp('clips') / 'clip.avi')


def test_a_file_gives_every_picture_once_with_rising_times(clip: Path) -> None:
    frames = list(FileSource(str(clip)).frames())

    assert [frame.index for frame in frames] == list(range(150))
    seconds = [frame.seconds for frame in frames]
    assert all(later > earlier for earlier, later in pairwise(seconds))
    assert seconds[-1] - seconds[0] == pytest.approx(14.9, abs=0.11)


def test_a_loop_begins_anew_and_says_so(clip: Path) -> None:
    source = FileSource(str(clip), loop=True)
    restarts = []
    for frame in source.frames():
        if frame.restarted:
            restarts.append(frame.index)
        if frame.index == 320:
            source.close()

    assert restarts == [150, 300]


def test_a_paced_file_runs_at_the_clip_s_speed(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = FileSource(str(clip), paced=True)
    moments: list[float] = []
    monkeypatch.setattr(source, '_wait_until', lambda moment: moments.append(moment) or True)

    seconds = [frame.seconds for frame in source.frames()]

    assert [moment - moments[0] for moment in moments] == pytest.approx([second - seconds[0] for second in seconds])


@pytest.mark.parametrize(
    ('name', 'content', 'said'),
    [
        pytest.param('missing.mp4', None, 'There is no file', id='missing'),
        pytest.param('empty.mp4', b'', 'is empty', id='empty'),
        pytest.param('letter.mp4', b'Dear Sir or Madam, ' * 50, 'is no video', id='text'),
        pytest.param('noise.avi', bytes(range(256)) * 40, 'is no video', id='noise'),
    ],
)
def test_a_broken_file_is_named_with_its_cause_and_remedy(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SourceUnavailable, match=said) as raised:
        list(FileSource(str(path)).frames())

    assert str(path) in raised.value.cause
    assert raised.value.remedy


def test_a_file_cut_off_in_the_middle_gives_what_it_has(clip: Path, tmp_path: Path) -> None:
    half = tmp_path / 'half.avi'
    half.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])

    frames = list(FileSource(str(half)).frames())

    assert 20 < len(frames) < 150


def test_a_file_cut_off_in_its_head_is_no_video(clip: Path, tmp_path: Path) -> None:
    head = tmp_path / 'head.avi'
    head.write_bytes(clip.read_bytes()[:200])

    with pytest.raises(SourceUnavailable):
        list(FileSource(str(head)).frames())


def test_an_unreachable_stream_names_the_address_without_its_password() -> None:
    with socket.socket() as closed:
        closed.bind(('127.0.0.1', 0))
        port = closed.getsockname()[1]

    with pytest.raises(SourceUnavailable) as raised:
        open_capture(f'rtsp://guard:hunter2@127.0.0.1:{port}/gate')

    assert 'does not answer' in raised.value.cause
    assert 'hunter2' not in str(raised.value)
    assert 'reaches its port' in raised.value.remedy


def test_a_live_source_goes_on_trying_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []
    source = LiveSource('rtsp://127.0.0.1:1/gate', first_pause_s=0.001, longest_pause_s=0.002)

    def refuse(address: str) -> None:
        tries.append(address)
        if len(tries) == 5:
            source.close()
        raise SourceUnavailable('The stream does not answer.', 'Check it.')

    monkeypatch.setattr('vision_service.sources.live.open_capture', refuse)

    assert list(source.frames()) == []
    assert len(tries) == 5
    assert source.trouble is not None


def test_a_live_source_drops_and_counts_what_comes_too_fast(clip: Path) -> None:
    source = LiveSource(str(clip))
    frames = source.frames()
    first = next(frames)
    while source.dropped < 20:  # the reader is ahead of us
        pass
    second = next(frames)
    source.close()

    assert (first.index, second.index) == (0, 1)
    assert second.seconds > first.seconds


@pytest.mark.parametrize(
    ('text', 'kind'),
    [('rtsp://cam/1', LiveSource), ('http://cam/mjpg', LiveSource), ('0', LiveSource), ('clip.mp4', FileSource)],
)
def test_one_text_says_what_kind_of_source_it_is(text: str, kind: type) -> None:
    assert isinstance(choose_source(text), kind)


def test_passwords_do_not_reach_the_log() -> None:
    assert without_password('rtsp://guard:hunter2@cam:554/1') == 'rtsp://…@cam:554/1'
