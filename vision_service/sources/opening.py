"""Opens anything OpenCV reads, or says plainly why not."""

import os
import re
from pathlib import Path

import cv2

from vision_service.errors import SourceUnavailable

LIVE = re.compile(r'^(rtsps?|https?|rtmp|udp|tcp)://', re.IGNORECASE)
OPEN_TIMEOUT_MS = 8_000
READ_TIMEOUT_MS = 8_000

# NOTE: read by FFmpeg inside OpenCV; TCP because UDP loses pieces of pictures on a busy network.
os.environ.setdefault('OPENCV_FFMPEG_CAPTURE_OPTIONS', 'rtsp_transport;tcp')
# NOTE: the decoder's complaints about broken files would drown our own clear sentence.
os.environ.setdefault('OPENCV_FFMPEG_LOGLEVEL', '-8')


def is_live(source: str) -> bool:
    """Streams and webcams run on whether we look or not; files wait."""
    return source.isdigit() or bool(LIVE.match(source))


def without_password(source: str) -> str:
    """The address as it may be logged."""
    return re.sub(r'//[^@/]*@', '//…@', source)


def open_capture(source: str) -> cv2.VideoCapture:
    """An opened capture.

    :raises SourceUnavailable: naming what is wrong and what to do
    """
    if source.isdigit():
        return _opened(cv2.VideoCapture(int(source)), f'Webcam {source} does not open.', _WEBCAM)
    if LIVE.match(source):
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS]
        capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)
        return _opened(capture, f'The stream {without_password(source)} does not answer.', _STREAM)
    path = Path(source)
    if not path.is_file():
        raise SourceUnavailable(f'There is no file {source}.', 'Give the path of a video, an rtsp:// address or 0.')
    if path.stat().st_size == 0:
        raise SourceUnavailable(f'The file {source} is empty.', 'Copy or record the video again.')
    return _opened(cv2.VideoCapture(source, cv2.CAP_FFMPEG), f'The file {source} is no video we can read.', _FILE)


_WEBCAM = 'Check that it is plugged in, that no other program uses it and that this user may read /dev/video*.'
_STREAM = 'Check address, user and password, that the camera is on, and that this machine reaches its port.'
_FILE = 'It may be cut off or not a video at all: try to play it, or convert it to H.264 in MP4.'


def _opened(capture: cv2.VideoCapture, cause: str, remedy: str) -> cv2.VideoCapture:
    if not capture.isOpened():
        capture.release()
        raise SourceUnavailable(cause, remedy)
    return capture
