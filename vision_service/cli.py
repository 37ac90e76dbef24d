"""`atrium vision …`: run cameras, count clips, measure."""

import contextlib
import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vision_service.errors import VisionError

if TYPE_CHECKING:
    from vision_service.models.choosing import Detectors
    from vision_service.settings import VisionSettings

app = typer.Typer(no_args_is_help=True, help='Cameras: run, count, measure.')

StillDetector = Literal['own', 'torchvision', 'hog']
Source = Annotated[str, typer.Option(help='a video file, an rtsp:// or http:// address, or a webcam number')]
Lines = Annotated[list[str] | None, typer.Option('--line', help='[code=]x1,y1,x2,y2 in pixels, or shares up to 1')]


@app.command()
def run(
    source: Annotated[str | None, typer.Option(help='a video file, a stream address or a webcam number')] = None,
    camera: Annotated[str, typer.Option(help="the camera's device code at the platform")] = 'camera-1',
    line: Lines = None,
    config: Annotated[Path | None, typer.Option(help='TOML or JSON with cameras')] = None,
    loop: Annotated[bool, typer.Option(help='begin a file again at its end')] = False,
    fast: Annotated[bool, typer.Option(help='as fast as this machine can instead of at the speed of the clip')] = False,
    stay: Annotated[bool, typer.Option(help='keep serving when a file has ended')] = False,
    cluster: Annotated[bool, typer.Option('--cluster', help='place the cameras on a Ray cluster')] = False,
) -> None:
    """Count people and publish the crossings by MQTT; without --source watch all cameras of the configuration."""
    from vision_service.main import run as run_service
    from vision_service.main import run_cameras
    from vision_service.settings import VisionSettings

    with _told_plainly():
        settings = VisionSettings()
        chosen = config or settings.cameras_file
        if source is None and cluster:
            _run_on_cluster(settings, chosen)
            return
        if source is None:
            run_service(settings.model_copy(update={'cameras_file': chosen}))
            return
        watched = _one_camera(source, camera, line or [], chosen, loop=loop, paced=not fast)
        typer.echo(
            f'Camera {camera} watches {_shown(source)}; readings go to {settings.mqtt_host}:{settings.mqtt_port}'
        )
        run_cameras(settings, (watched,), until_ended=not stay)


@app.command()
def count(
    source: Source,
    line: Lines = None,
    as_json: Annotated[bool, typer.Option('--json', help='one JSON object on standard output')] = False,
    detector: Annotated[str, typer.Option(help='motion, hog, own or torchvision')] = 'motion',
    calibration: Annotated[Path | None, typer.Option(help='JSON: {"points": [[x,y]…], "metres": [[x,y]…]}')] = None,
) -> None:
    """Count the people of a clip over lines; nothing is published."""
    from vision_service.counting import count_clip

    with _told_plainly():
        watched = _counted_camera(source, line or [], detector, calibration)
        summary = count_clip(watched, detectors=_detectors()).summary()
    for each in watched.lines:
        summary['lines'].setdefault(each.code, {'in': 0, 'out': 0, 'per_minute': []})
    if as_json:
        typer.echo(json.dumps(summary))
        return
    typer.echo(f'{summary["frames"]} pictures, {summary["seconds"]:.1f} s')
    for code, figures in summary['lines'].items():
        typer.echo(f'{code}: {figures["in"]} in, {figures["out"]} out')


@app.command()
def hazards(
    source: Source,
    as_json: Annotated[bool, typer.Option('--json', help='one JSON object on standard output')] = False,
    config: Annotated[Path | None, typer.Option(help='TOML or JSON with cameras and their hazards')] = None,
    camera: Annotated[str, typer.Option(help='the camera of that file')] = 'clip',
) -> None:
    """Look through a clip for flames, smoke, falls and left things, or for what the camera is configured to watch."""
    from vision_service.alarming import alarm_clip

    with _told_plainly():
        summary = alarm_clip(_configured_camera(source, camera, config)).summary()
    if as_json:
        typer.echo(json.dumps(summary))
        return
    typer.echo(f'{summary["frames"]} pictures, {summary["seconds"]:.1f} s, {len(summary["alarms"])} alarms')
    for alarm in summary['alarms']:
        end = 'the end' if alarm['cleared_at'] is None else f'{alarm["cleared_at"]:.1f} s'
        typer.echo(f'{alarm["kind"]} ({alarm["code"]}): {alarm["raised_at"]:.1f} s to {end}')


@app.command()
def track(
    detections: Annotated[Path, typer.Option(help='MOTChallenge: frame,id,x,y,w,h,score')],
    out: Annotated[Path, typer.Option(help='MOTChallenge, with numbers')],
    fps: Annotated[float, typer.Option(min=0.1, help='pictures a second')] = 30.0,
) -> None:
    """Give every detection the number of its person."""
    from vision_service.tracking.motchallenge import follow, read_detections, write_tracks
    from vision_service.tracking.tracker import Tracker

    with _told_plainly():
        lines = write_tracks(out, follow(read_detections(detections), Tracker(), fps=fps))
    typer.echo(f'{lines} lines in {out}')


@app.command()
def associate(
    observations: Annotated[Path, typer.Option(help='JSON lines: camera, t, track, x_m, y_m and perhaps embedding')],
    out: Annotated[Path, typer.Option(help='JSON lines with global_id; 0 is nobody')],
    plan: Annotated[Path | None, typer.Option(help='JSON: walkable nodes and edges of the plan')] = None,
    geometry: Annotated[bool, typer.Option('--geometry', help="take no notice of anybody's looks")] = False,
    tones: Annotated[Path | None, typer.Option(help='NPZ: what each camera does to looks, as learned there')] = None,
    online: Annotated[bool, typer.Option('--online', help='as known after the delay, uncorrected')] = False,
) -> None:
    """Give everybody one number over all cameras."""
    from vision_service.tracking.association.files import associate_file

    with _told_plainly():
        mode: Literal['appearance', 'geometry'] = 'geometry' if geometry else 'appearance'
        found = associate_file(observations, out, plan=plan, mode=mode, tones=tones, online=online)
    typer.echo(f'{found.observations} observations, {found.people} people in {out}')


def _run_on_cluster(settings: 'VisionSettings', config: Path | None) -> None:
    from vision_service.cameras import read_site
    from vision_service.cluster import run_on_cluster
    from vision_service.errors import ConfigurationInvalid

    if config is None:
        raise ConfigurationInvalid('No cameras are configured.', 'Set ATRIUM_VISION_CAMERAS_FILE to a TOML file.')
    run_on_cluster(settings, read_site(config))


@app.command()
def embed(
    images: Annotated[Path, typer.Option(help='a folder with one person a picture')],
    out: Annotated[Path, typer.Option(help='NPZ: names, vectors (float32, unit length)')],
    engine: Annotated[
        str, typer.Option(help='auto, deepsparse, onnxruntime, torch; also with -int8 or -float32')
    ] = 'auto',
) -> None:
    """Turn pictures of people into vectors of their looks."""
    from vision_service.models.embedder import chosen_embedder
    from vision_service.pictures import embed_folder

    with _told_plainly():
        embedder, choice = chosen_embedder(engine)
        count, broken = embed_folder(images, out, embedder)
    typer.echo(f'{count} vectors in {out}, by {choice.engine.name} in {choice.precision}')
    _tell_broken(broken)


@app.command()
def detect(
    images: Annotated[Path, typer.Option(help='a folder of pictures')],
    out: Annotated[Path, typer.Option(help="JSON: COCO's results, category 1 is a person")],
    detector: Annotated[StillDetector, typer.Option(help='own and torchvision need weights')] = 'hog',
    weights: Annotated[Path | None, typer.Option(help="the network's file, instead of the configured one")] = None,
    tiles: Annotated[str, typer.Option(help='columns x rows of overlapping tiles for wide views')] = '1x1',
) -> None:
    """Find the people in still pictures."""
    from vision_service.pictures import detect_folder, parse_tiles

    with _told_plainly():
        finder = _detectors(detector, weights).alone(detector, parse_tiles(tiles))
        pictures, people, broken = detect_folder(images, out, finder)
    typer.echo(f'{people} people in {pictures} pictures, in {out}')
    _tell_broken(broken)


@app.command()
def bench(as_json: Annotated[bool, typer.Option('--json', help='one JSON object on standard output')] = False) -> None:
    """Measure every engine and model on this machine."""
    from vision_service.benching import bench as measure

    with _told_plainly():
        figures = measure()
    if as_json:
        typer.echo(json.dumps(figures))
        return
    for size, trials in figures['embedder'].items():
        for each in trials:
            took = f'{each["ms"]:.2f} ms' if each['ms'] else each['reason']
            typer.echo(f'embedder, batch {size}, {each["engine"]} {each["precision"]}: {took}')
    for name, each in figures['detectors'].items():
        typer.echo(f'detector {name}: ' + (each['reason'] if 'reason' in each else f'{each["ms"]:.1f} ms a picture'))


def _detectors(name: str = '', weights: Path | None = None) -> 'Detectors':
    """As the settings say, but for the named network's weights."""
    from vision_service.models.choosing import Detectors, DetectorSettings
    from vision_service.settings import VisionSettings

    settings = DetectorSettings.of(VisionSettings())
    if weights:
        settings = replace(settings, **{f'{name}_weights': weights})
    return Detectors(settings)


def _tell_broken(names: list[str]) -> None:
    for name in names:
        typer.secho(f'{name} is no picture and was left out', fg='yellow', err=True)


def _one_camera(source: str, code: str, lines: list[str], config: Path | None, *, loop: bool, paced: bool):
    from vision_service.cameras import CameraConfig, read_cameras

    known = {each.code: each for each in read_cameras(config)} if config else {}
    found = known.get(code, CameraConfig(code=code, source=source))
    changes = {'source': source, 'loop': loop, 'paced': paced}
    if lines:
        changes['lines'] = _parsed(lines)
    if not lines and not found.lines:
        changes['lines'] = _parsed(['middle=0,0.5,1,0.5'])
    return found.model_copy(update=changes)


def _configured_camera(source: str, code: str, config: Path | None):
    from vision_service.cameras import CameraConfig, read_cameras
    from vision_service.errors import ConfigurationInvalid

    if config is None:
        return CameraConfig(code=code, source=source)
    for each in read_cameras(config):
        if each.code == code:
            return each.model_copy(update={'source': source})
    raise ConfigurationInvalid(f'There is no camera {code} in {config}.', 'Name one with --camera.')


def _counted_camera(source: str, lines: list[str], detector: str, calibration: Path | None):
    from pydantic import ValidationError

    from vision_service.cameras import CalibrationConfig, CameraConfig, explain
    from vision_service.errors import ConfigurationInvalid

    try:
        floor = CalibrationConfig.model_validate_json(calibration.read_bytes()) if calibration else None
        return CameraConfig(
            code='clip', source=source, lines=_parsed(lines or ['0,0.5,1,0.5']), detector=detector, calibration=floor
        )
    except OSError as error:
        raise ConfigurationInvalid(f'{calibration} cannot be read: {error}.', 'Check its path.') from error
    except ValidationError as error:
        raise ConfigurationInvalid(f'{explain(error)}.', 'Correct the options.') from error


def _parsed(lines: list[str]):
    from vision_service.cameras import parse_line

    return tuple(parse_line(text, code=f'line-{number}') for number, text in enumerate(lines, 1))


def _shown(source: str) -> str:
    from vision_service.sources.opening import without_password

    return without_password(source)


@contextlib.contextmanager
def _told_plainly() -> Iterator[None]:
    """An anticipated failure is a sentence and exit code 2, not a traceback."""
    with contextlib.suppress(ValueError):  # only the main thread may set it
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        yield
    except VisionError as error:
        typer.secho(f'{error.code}: {error}', fg='red', err=True)
        raise typer.Exit(2) from error
