"""Prometheus figures, read from the cameras at the moment of the scrape."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vision_service.contracts import CameraState, CameraView


class CameraCollector(Collector):
    """One series per camera."""

    def __init__(self, cameras: Callable[[], list[CameraView]]) -> None:
        self._cameras = cameras

    def collect(self) -> Iterable[Metric]:
        frames = CounterMetricFamily('atrium_vision_frames', 'Pictures looked at', labels=['camera'])
        dropped = CounterMetricFamily('atrium_vision_frames_dropped', 'Pictures too late to look at', labels=['camera'])
        crossings = CounterMetricFamily('atrium_vision_crossings', 'Crossings counted', labels=['camera', 'direction'])
        waiting = GaugeMetricFamily('atrium_vision_readings_waiting', 'Readings on disk', labels=['camera'])
        rate = GaugeMetricFamily('atrium_vision_pictures_per_second', 'Pictures a second', labels=['camera'])
        watching = GaugeMetricFamily('atrium_vision_watching', 'Whether the camera counts', labels=['camera'])
        for camera in self._cameras():
            frames.add_metric([camera.code], camera.frames)
            dropped.add_metric([camera.code], camera.frames_dropped)
            crossings.add_metric([camera.code, 'in'], camera.counted_in)
            crossings.add_metric([camera.code, 'out'], camera.counted_out)
            waiting.add_metric([camera.code], camera.readings_waiting)
            rate.add_metric([camera.code], camera.pictures_per_second)
            watching.add_metric([camera.code], camera.state is CameraState.WATCHING)
        return [frames, dropped, crossings, waiting, rate, watching]


def create_registry(cameras: Callable[[], list[CameraView]]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(CameraCollector(cameras))
    return registry
