"""One text says where pictures come from."""

from vision_service.sources.file import FileSource
from vision_service.sources.frames import Source
from vision_service.sources.live import LiveSource
from vision_service.sources.opening import is_live


def choose_source(text: str, *, paced: bool = False, loop: bool = False) -> Source:
    """`rtsp://…`, `http://…` and webcam numbers are live; all else is a file."""
    return LiveSource(text) if is_live(text) else FileSource(text, paced=paced, loop=loop)
