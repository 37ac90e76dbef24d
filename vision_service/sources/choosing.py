"""One text says where pictures come from."""

from vision_service.sources.drawn import SCHEME, DrawnSource
from vision_service.sources.file import FileSource
from vision_service.sources.frames import Source
from vision_service.sources.live import LiveSource
from vision_service.sources.opening import is_live
from vision_service.sources.simulated import PREFIX, SimulatedSource


def choose_source(text: str, *, paced: bool = False, loop: bool = False) -> Source:
    """`rtsp://…`, `http://…` and webcam numbers are live, `sim:…` and `drawn:…` are made up; all else is a file.

    :raises SourceUnavailable: when a simulated camera is not said rightly
    """
    if text.startswith(SCHEME):
        return DrawnSource(text, paced=paced)
    if text.startswith(PREFIX):
        return SimulatedSource(text, paced=paced)
    return LiveSource(text) if is_live(text) else FileSource(text, paced=paced, loop=loop)
