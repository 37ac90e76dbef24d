"""Failures a person can act on: every one names the cause and the remedy."""


class VisionError(Exception):
    """Base of the anticipated failures; `code` is stable, the sentence is for people."""

    code = 'vision.failed'

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f'{cause} {remedy}')
        self.cause = cause
        self.remedy = remedy


class SourceUnavailable(VisionError):
    """A file, stream or webcam that cannot be opened or read."""

    code = 'vision.source_unavailable'


class ConfigurationInvalid(VisionError):
    """Cameras, lines, zones or calibration that make no sense."""

    code = 'vision.configuration_invalid'


class QueueUnwritable(VisionError):
    """The on-disk queue cannot take a reading: counting must not go on pretending."""

    code = 'vision.queue_unwritable'


class EngineUnavailable(VisionError):
    """An engine that is not installed, or cannot run a network as it should."""

    code = 'vision.engine_unavailable'


class WeightsMissing(VisionError):
    """A network's file that is not there or is not what it should be."""

    code = 'vision.weights_missing'
