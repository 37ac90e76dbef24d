"""What an installation of the demo remembers between runs: its secrets and where its parts listen."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FILE = 'demo.env'
PASSWORD = 'ATRIUM_DEMO_PASSWORD'  # noqa: S105 - the name of a variable
SECRETS = {
    PASSWORD: lambda: f'atrium-{secrets.token_hex(3)}-{secrets.token_hex(3)}',
    'ATRIUM_DEMO_DATABASE_PASSWORD': lambda: secrets.token_urlsafe(24),
    'ATRIUM_WEB__SECRET': lambda: secrets.token_urlsafe(48),
    'ATRIUM_BROKER__PASSWORD': lambda: secrets.token_urlsafe(24),
    'ATRIUM_VISION_MQTT_PASSWORD': lambda: secrets.token_urlsafe(24),
    'ATRIUM_SEALING__ENCRYPTION_KEY': lambda: secrets.token_urlsafe(48),
    'ATRIUM_SEALING__INDEX_KEY': lambda: secrets.token_urlsafe(48),
    'ATRIUM_SEALING__CODE_KEY': lambda: secrets.token_urlsafe(48),
}


def load(state: Path) -> dict[str, str]:
    """The variables as last written; nothing where the demo has not run."""
    path = state / FILE
    if not path.exists():
        return {}
    lines = (line.split('=', 1) for line in path.read_text(encoding='utf-8').splitlines() if '=' in line)
    return dict(lines)


def with_secrets(state: Path) -> dict[str, str]:
    """What was written before, with a secret made for every name that has none yet."""
    known = load(state)
    return known | {name: make() for name, make in SECRETS.items() if name not in known}


def save(state: Path, variables: Mapping[str, str]) -> None:
    """Writes the variables to a file that only this user reads; other commands of this machine find the demo by it."""
    state.mkdir(parents=True, exist_ok=True)
    path = state / FILE
    path.touch(mode=0o600)
    path.write_text(''.join(f'{name}={value}\n' for name, value in sorted(variables.items())), encoding='utf-8')


def into_environment(state: Path) -> None:
    """Lets this process find the running demo; what the environment says already wins."""
    for name, value in load(state).items():
        os.environ.setdefault(name, value)
