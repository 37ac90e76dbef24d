"""Keys for sealed data and rotating codes, as a composition root would install them; the same in every test."""

from domain.shared import sealing

KEYS = {'encryption_key': 'e' * 32, 'index_key': 'i' * 32, 'code_key': 'c' * 32}


def install_test_keys() -> None:
    """Gives this process the keys of the tests."""
    sealing.install(sealing.SealingSettings.model_validate(KEYS))
