"""What a camera looks at: its source, lines, zones and calibration, read from a file or the command line."""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from vision_service.analytics.geometry import Point
from vision_service.analytics.lines import Line
from vision_service.analytics.zones import Zone
from vision_service.contracts import Code, Floor, FloorZoneShape
from vision_service.errors import ConfigurationInvalid
from vision_service.hazards import HazardConfig
from vision_service.models.choosing import DetectorName
from vision_service.models.detections import Array
from vision_service.tracking.association.walking import FloorGraph, Node, Ways
from vision_service.tracking.calibration import projected
from vision_service.tracking.projection import FloorProjection

Pair = tuple[float, float]
Level = Annotated[int, Field(ge=0, le=255)]
Tiles = Annotated[int, Field(ge=1, le=6)]
"""How many tiles a wide view is looked at in, across and down, besides as a whole."""
Colour = tuple[Level, Level, Level]
"""Red, green, blue of a uniform as this camera shows it."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra='forbid')


class LineConfig(Part):
    """Two points; all numbers up to 1 are shares of the picture, else pixels."""

    code: Code
    points: tuple[Pair, Pair]
    hold: Annotated[int, Field(ge=1, le=50)] = 3
    kind: Literal['door', 'staff'] = 'door'

    @model_validator(mode='after')
    def _has_length(self) -> Self:
        if self.points[0] == self.points[1]:
            raise ValueError('a line needs two different points')
        return self

    def placed(self, width: int, height: int) -> Line:
        start, end = _pixels(self.points, width, height)
        return Line(code=self.code, start=Point(*start), end=Point(*end), hold=self.hold)


class ZoneConfig(Part):
    """Three points or more, like a line's."""

    code: Code
    points: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=64)]
    grace_s: Annotated[float, Field(ge=0, le=600)] = 3.0
    least_s: Annotated[float, Field(ge=0, le=3600)] = 2.0
    kind: Literal['zone', 'staff'] = 'zone'

    def placed(self, width: int, height: int) -> Zone:
        polygon = np.array(_pixels(self.points, width, height))
        return Zone(code=self.code, polygon=polygon, grace_s=self.grace_s, least_s=self.least_s)


class CalibrationConfig(Part):
    """Where four or more points of the picture lie on the floor plan, in metres."""

    points: Annotated[tuple[Pair, ...], Field(min_length=4)]
    metres: Annotated[tuple[Pair, ...], Field(min_length=4)]
    distortion: Annotated[float, Field(ge=-0.6, le=0.6)] = 0.0

    @model_validator(mode='after')
    def _pairs_up(self) -> Self:
        if len(self.points) != len(self.metres):
            raise ValueError('there must be as many points as metres')
        return self

    def placed(self, width: int, height: int) -> FloorProjection:
        pixels = np.array(_pixels(self.points, width, height))
        return projected(pixels, np.array(self.metres), self.distortion, width, height)


class CameraConfig(Part):
    """One camera is one device of the platform; `code` names it there."""

    code: Code
    source: Annotated[str, Field(min_length=1)]
    floor: Floor | None = None
    lines: tuple[LineConfig, ...] = ()
    zones: tuple[ZoneConfig, ...] = ()
    hazards: tuple[HazardConfig, ...] = ()
    calibration: CalibrationConfig | None = None
    uniforms: Annotated[tuple[Colour, ...], Field(max_length=8)] = ()
    detector: DetectorName = 'motion'
    tiles: tuple[Tiles, Tiles] = (1, 1)
    paced: bool = True
    loop: bool = False
    username: str | None = None
    secret: SecretStr | None = None

    @model_validator(mode='after')
    def _names_things_once(self) -> Self:
        for things in (self.lines, self.zones, self.hazards):
            codes = [thing.code for thing in things]
            if len(codes) != len(set(codes)):
                raise ValueError(f'a code stands twice in {codes}')
        return self


class NodeConfig(Part):
    """A point where people walk: a corridor's corner, a door, an escalator's end."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    floor: Floor | None = None
    x_m: float
    y_m: float


class PlanConfig(Part):
    """The floor plan over all cameras: zones in metres, and the ways people can walk."""

    zones: tuple[FloorZoneShape, ...] = ()
    nodes: tuple[NodeConfig, ...] = ()
    edges: tuple[tuple[str, str, Annotated[float, Field(ge=0)]], ...] = ()

    @model_validator(mode='after')
    def _hangs_together(self) -> Self:
        known = {node.name for node in self.nodes}
        loose = {name for one, other, _ in self.edges for name in (one, other)} - known
        if loose:
            raise ValueError(f'a way leads to {sorted(loose)[0]}, which is no node')
        codes = [zone.code for zone in self.zones]
        if len(codes) != len(set(codes)):
            raise ValueError(f'a zone stands twice in {codes}')
        return self

    def ways(self) -> Ways | None:
        """None where no plan of the ways is given: then the straight line counts."""
        if not self.nodes:
            return None
        nodes = [Node(node.name, node.floor, node.x_m, node.y_m) for node in self.nodes]
        return FloorGraph(nodes, {(one, other): metres for one, other, metres in self.edges})


class CamerasFile(Part):
    cameras: tuple[CameraConfig, ...]
    plan: PlanConfig = PlanConfig()

    @model_validator(mode='after')
    def _names_cameras_once(self) -> Self:
        codes = [camera.code for camera in self.cameras]
        if len(codes) != len(set(codes)):
            raise ValueError(f'a camera stands twice in {codes}')
        return self


def read_cameras(path: Path) -> tuple[CameraConfig, ...]:
    """:raises ConfigurationInvalid: naming the file and what is wrong in it"""
    return read_site(path).cameras


def read_site(path: Path) -> CamerasFile:
    """The cameras and the plan they share.

    :raises ConfigurationInvalid: naming the file and what is wrong in it
    """
    try:
        text = path.read_text(encoding='utf-8')
        raw = json.loads(text) if path.suffix == '.json' else tomllib.loads(text)
        return CamerasFile.model_validate(raw)
    except OSError as error:
        raise ConfigurationInvalid(f'The cameras file {path} cannot be read: {error}.', 'Check its path.') from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationInvalid(f'The cameras file {path} is malformed: {error}.', 'Correct that place.') from error
    except ValidationError as error:
        raise ConfigurationInvalid(f'The cameras file {path}: {explain(error)}.', 'Correct these fields.') from error


def parse_line(text: str, *, code: str = 'line') -> LineConfig:
    """`[code=]x1,y1,x2,y2`.

    :raises ConfigurationInvalid: when that is not what stands there
    """
    name, _, numbers = text.rpartition('=')
    try:
        x1, y1, x2, y2 = (float(number) for number in numbers.split(','))
        return LineConfig(code=name or code, points=((x1, y1), (x2, y2)))
    except ValidationError as error:
        raise ConfigurationInvalid(f'The line {text!r}: {explain(error)}.', 'Write code=x1,y1,x2,y2.') from error
    except ValueError as error:
        raise ConfigurationInvalid(f'The line {text!r} is not four numbers.', 'Write code=x1,y1,x2,y2.') from error


def explain(error: ValidationError) -> str:
    """The first faults in a person's words."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return '; '.join(f'{".".join(map(str, fault["loc"])) or "file"}: {fault["msg"]}' for fault in faults[:3])


def _pixels(points: tuple[Pair, ...], width: int, height: int) -> list[Pair]:
    rows: Array = np.array(points)
    if rows.max() <= 1.0:
        rows = rows * [width, height]
    return [(float(x), float(y)) for x, y in rows]
