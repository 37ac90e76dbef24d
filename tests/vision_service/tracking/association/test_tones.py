"""What a camera does to everybody's looks is learned without names and taken out again."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from vision_service.cli import app
from vision_service.contracts import Observation
from vision_service.errors import ConfigurationInvalid
from vision_service.models.detections import Array
from vision_service.service import VisionService
from vision_service.settings import VisionSettings
from vision_service.tracking.association.associator import Associator
from vision_service.tracking.association.learning import learn
from vision_service.tracking.association.plane import TONED_LIKENESS
from vision_service.tracking.association.tones import LEAST_TRACKS, Tone, Tones

SIZE = 8
PEOPLE = 60


def unit(rows: Array) -> Array:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def crowd(seed: int) -> tuple[Array, Array]:
    """The same people through two cameras, each of which stretches and moves all looks by its own law."""
    rng = np.random.default_rng(seed)
    people = rng.normal(size=(PEOPLE, SIZE))
    bent = [people @ (np.eye(SIZE) + np.diag(rng.uniform(0, 4, SIZE))) + rng.normal(0, 6, SIZE) for _ in range(2)]
    return unit(bent[0]), unit(bent[1])


def observed(camera: str, looks: Array, since: float = 0.0, apart_s: float = 0.0) -> list[Observation]:
    return [
        Observation(camera=camera, t=since + apart_s * row, track=row, x_m=3.0 * row, y_m=0, embedding=tuple(look))
        for row, look in enumerate(looks.tolist())
    ]


def right(one: Array, other: Array) -> float:
    return float(np.mean((one @ other.T).argmax(1) == np.arange(len(one))))


def test_people_are_known_again_on_a_camera_of_another_light() -> None:
    one, other = crowd(3)
    everybody = np.arange(PEOPLE)

    toned = Tone.of(one, everybody).without(one), Tone.of(other, everybody).without(other)

    assert right(one, other) < 0.6
    assert right(*toned) > 0.9


def test_a_long_track_counts_as_one_person() -> None:
    looks, _ = crowd(4)
    tracks = np.arange(PEOPLE)
    stood = np.concatenate((np.zeros(500, dtype=int), tracks))

    once, long = Tone.of(looks, tracks), Tone.of(looks[stood], stood)

    np.testing.assert_allclose(long.mean, once.mean, atol=1e-9)
    np.testing.assert_allclose(long.evening, once.evening, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_likeness_does_not_depend_on_how_all_looks_are_turned(seed: int) -> None:
    """So tones may be learned and taken out on either side of the day's veil."""
    looks, _ = crowd(seed)
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(SIZE, SIZE)))
    everybody = np.arange(PEOPLE)

    plain = Tone.of(looks, everybody).without(looks)
    turned = Tone.of(looks @ turn, everybody).without(looks @ turn)

    np.testing.assert_allclose(plain @ plain.T, turned @ turned.T, atol=1e-6)


def test_a_camera_that_saw_few_is_not_learned() -> None:
    """Of a handful of people the mean would still show who they were."""
    looks, _ = crowd(5)
    few = observed('few', looks[: LEAST_TRACKS - 1])

    assert Tones.learned(few + observed('many', looks)).cameras == {'many'}
    with pytest.raises(ConfigurationInvalid, match='too few'):
        Tone.of(looks[:5], np.arange(5))


def test_looks_of_an_unknown_camera_are_left_out_and_missing_ones_stay_missing() -> None:
    looks, _ = crowd(6)
    tones = Tones.learned(observed('known', looks))
    rows = np.vstack((looks[0], looks[1], np.zeros(SIZE)))

    plain = tones.without(['known', 'unknown', 'known'], rows)

    assert np.linalg.norm(plain, axis=1) == pytest.approx([1, 0, 0])
    assert not tones.without(['known'], np.ones((1, SIZE + 1))).any()


def test_tones_are_kept_in_a_file(tmp_path: Path) -> None:
    looks, _ = crowd(7)
    tones = Tones.learned(observed('hall/3', looks))

    tones.save(tmp_path / 'tones.npz')
    again = Tones.load(tmp_path / 'tones.npz')

    names = ['hall/3'] * len(looks)
    np.testing.assert_allclose(again.without(names, looks), tones.without(names, looks), atol=1e-3)


def test_a_file_that_holds_no_tones_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / 'wrong.npz').write_bytes(b'no archive')

    with pytest.raises(ConfigurationInvalid, match='no tones'):
        Tones.load(tmp_path / 'wrong.npz')
    with pytest.raises(ConfigurationInvalid, match='no tones'):
        Tones.load(tmp_path / 'absent.npz')


def test_the_job_writes_nothing_where_nobody_was_seen(tmp_path: Path) -> None:
    looks, _ = crowd(8)
    source, out = tmp_path / 'seen.jsonl', tmp_path / 'tones.npz'
    source.write_text('\n'.join(each.model_dump_json() for each in observed('a', looks[:3])))

    with pytest.raises(ConfigurationInvalid, match='No camera'):
        learn(source, out)
    assert not out.exists()

    source.write_text('\n'.join(each.model_dump_json() for each in observed('a', looks)))
    assert learn(source, out).cameras == {'a'}
    assert Tones.load(out).cameras == {'a'}


def test_the_associator_compares_looks_without_their_cameras() -> None:
    """Two who vanish side by side and come again on another camera: only true looks say who is who."""
    one, other = crowd(3)
    tones = Tones.learned(observed('a', one) + observed('b', other))
    looks = {'a': one, 'b': other}
    associator = Associator(mode='appearance', tones=tones)
    held = associator._gathered(0.0, [each for name in 'ab' for each in observed(name, looks[name])]).looks

    assert held is not None
    assert right(held[:PEOPLE], held[PEOPLE:]) > 0.9


def test_looks_without_their_cameras_have_a_likeness_of_their_own() -> None:
    one, _ = crowd(3)
    assert Associator(tones=Tones.learned(observed('a', one))).settings.usual_likeness == TONED_LIKENESS
    assert Associator().settings.usual_likeness > TONED_LIKENESS


def test_a_recording_is_associated_with_the_tones_of_its_site(tmp_path: Path) -> None:
    one, other = crowd(3)
    seen, out, kept = tmp_path / 'seen.jsonl', tmp_path / 'out.jsonl', tmp_path / 'tones.npz'
    both = observed('a', one) + observed('b', other)
    seen.write_text('\n'.join(each.model_dump_json() for each in both))
    Tones.learned(both).save(kept)

    told = CliRunner().invoke(app, ['associate', '--observations', str(seen), '--out', str(out), '--tones', str(kept)])

    assert told.exit_code == 0, told.output
    assert len(out.read_text().splitlines()) == len(both)


def test_a_service_does_not_start_with_a_file_that_holds_no_tones(tmp_path: Path) -> None:
    broken = tmp_path / 'tones.npz'
    broken.write_bytes(b'no tones')
    with pytest.raises(ConfigurationInvalid, match='no tones'):
        VisionService(VisionSettings(state_dir=tmp_path, embedder_tones=broken), ())
