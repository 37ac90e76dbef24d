"""`atrium vision associate`: observations of a file in, everybody's number out, one JSON object a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from vision_service.contracts import Correction, Observation
from vision_service.errors import ConfigurationInvalid
from vision_service.tracking.association.associator import Associator, associated, usual_settings
from vision_service.tracking.association.plane import AssociationSettings
from vision_service.tracking.association.ticks import in_ticks
from vision_service.tracking.association.tones import Tones
from vision_service.tracking.association.walking import FloorGraph, Node, Ways

Mode = Literal['appearance', 'geometry']
LONG_S = 1e12


@dataclass(frozen=True, slots=True)
class Outcome:
    observations: int
    people: int
    corrections: int


class PlanFile(BaseModel):
    """Walkable points of the plan and the ways between them, in metres."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str, float], ...]


def read_observations(path: Path) -> list[Observation]:
    """:raises ConfigurationInvalid: naming the line that is no observation"""
    try:
        lines = path.read_text(encoding='utf-8').splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f'{path} cannot be read: {error}.', 'Give a file of JSON lines.') from error
    return [_observation(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def read_plan(path: Path) -> FloorGraph:
    """:raises ConfigurationInvalid: when it is no plan or an edge ends nowhere"""
    try:
        plan = PlanFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigurationInvalid(f'The plan {path} cannot be used: {error}.', 'See docs/vision.md.') from error
    known = {node.name for node in plan.nodes}
    wrong = [name for one, other, _ in plan.edges for name in (one, other) if name not in known]
    if wrong:
        raise ConfigurationInvalid(f'The plan {path} has a way to {wrong[0]}, which is no node.', 'Add that node.')
    return FloorGraph(plan.nodes, {(one, other): metres for one, other, metres in plan.edges})


def associate(
    observations: list[Observation],
    *,
    settings: AssociationSettings | None = None,
    ways: Ways | None = None,
    mode: Mode = 'appearance',
    tones: Tones | None = None,
    online: bool = False,
) -> tuple[list[int], list[Correction]]:
    """A number for each observation, in their order.

    Online, as they were known after the delay; else as they are known at the end, cameras' doubts learned beforehand.
    """
    settings = settings or usual_settings(tones)
    delayed = settings if online else replace(settings, delay_s=LONG_S)
    associator = Associator(delayed, ways=ways, mode=mode, tones=tones)
    ordered = sorted(observations, key=lambda each: each.t)
    if not online:
        associator.learn_from(_run(Associator(settings, ways=ways, mode=mode, tones=tones), ordered, [], []))
    numbers: list[tuple[Observation, int]] = []
    corrections: list[Correction] = []
    _run(associator, ordered, numbers, corrections)
    known = {id(observation): number for observation, number in numbers}
    return [known[id(each)] for each in observations], corrections


def _run(
    associator: Associator,
    ordered: list[Observation],
    numbers: list[tuple[Observation, int]],
    corrections: list[Correction],
) -> Associator:
    for at, some in in_ticks(ordered):
        told = associator.take(at, some)
        numbers += told.numbers
        corrections += told.corrections
    numbers += associator.finish().numbers
    return associator


def associate_file(
    source: Path,
    out: Path,
    *,
    plan: Path | None = None,
    mode: Mode = 'appearance',
    tones: Path | None = None,
    online: bool = False,
) -> Outcome:
    """:raises ConfigurationInvalid: when a file cannot be read, or the answer not be written"""
    observations = read_observations(source)
    numbers, corrections = associate(
        observations,
        ways=read_plan(plan) if plan else None,
        mode=mode,
        tones=Tones.load(tones) if tones else None,
        online=online,
    )
    try:
        with out.open('w', encoding='utf-8') as file:
            file.writelines(_lines(observations, numbers))
    except OSError as error:
        raise ConfigurationInvalid(f'{out} cannot be written: {error}.', 'Check the folder and the disk.') from error
    return Outcome(len(observations), len({number for number in numbers if number}), len(corrections))


def _lines(observations: list[Observation], numbers: list[int]) -> Iterator[str]:
    for observation, number in zip(observations, numbers, strict=True):
        yield associated(observation, number).model_dump_json(exclude_none=True) + '\n'


def _observation(path: Path, number: int, line: str) -> Observation:
    try:
        return Observation.model_validate(json.loads(line))
    except (json.JSONDecodeError, ValidationError) as error:
        fault = error.errors(include_url=False)[0]['msg'] if isinstance(error, ValidationError) else str(error)
        raise ConfigurationInvalid(
            f'{path}, line {number}, is no observation: {fault}.',
            'Expected: {"camera": "c1", "t": 0.5, "track": 7, "x_m": 1.2, "y_m": 3.4}.',
        ) from error
