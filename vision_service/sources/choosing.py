"""One text says where pictures come from."""

from vision_service.sources.drawn import SCHEME, DrawnSource
from vision_service.sources.file import FileSource
from vision_service.sources.frames import Source
from vision_service.sources.live import LiveSource
from vision_service.sources.opening import is_live


def choose_source(text: str, *, paced: bool = False, loop: bool = False) -> Source:
    """`rtsp://…`, `http://…` and webcam numbers are live, `drawn:…` is drawn by code; all else is a file."""
    if text.startswith(SCHEME):
        return DrawnSource(text, paced=paced)
    return LiveSource(text) if is_live(text) else FileSource(text, paced=paced, loop=loop)
