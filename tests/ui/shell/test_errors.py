"""What a person is told when something fails, and what is no failure at all."""

import logging

import pytest

from ui.shell import errors


def test_a_browser_that_is_slow_to_answer_alarms_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[object] = []
    monkeypatch.setattr(errors.ui, 'notify', lambda *words, **_: told.append(words))

    with caplog.at_level(logging.INFO):
        errors.report(TimeoutError('JavaScript did not respond within 1.0 s'))

    assert told == []
    assert [record.levelname for record in caplog.records] == ['INFO']


def test_a_bug_is_answered_with_a_code_that_the_log_has_too(caplog: pytest.LogCaptureFixture) -> None:
    answer = errors.bug_response(ZeroDivisionError('division by zero'), locale='en')

    code = caplog.records[-1].code  # type: ignore[attr-defined]
    assert answer.status_code == 500
    assert code.encode() in answer.body
    assert b'division' not in answer.body
