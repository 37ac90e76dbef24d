"""The bench measures every engine and detector, and says why one was not measured."""

import json

import pytest
from typer.testing import CliRunner

from vision_service import benching
from vision_service.cli import app
from vision_service.engines.choosing import ENGINES


def test_every_engine_and_detector_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benching, 'BATCHES', (1,))

    told = CliRunner().invoke(app, ['bench', '--json'])

    assert told.exit_code == 0, told.output
    figures = json.loads(told.stdout.splitlines()[-1])
    trials = figures['embedder']['1']
    assert {each['engine'] for each in trials} == set(ENGINES)
    assert all(each['reason'] or (each['ms'] > 0 and each['likeness'] > 0.98) for each in trials)
    assert set(figures['detectors']) == {'motion', 'hog', 'own', 'torchvision'}
    assert all(each.get('ms', 0) > 0 or each['reason'] for each in figures['detectors'].values())
