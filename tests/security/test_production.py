"""The production profile is strict, whatever else is set."""

import pytest
from pydantic import SecretStr, ValidationError

from atrium import Profile, SealingKeys, Settings
from integrations.mqtt.settings import MqttSettings
from ui.main import load_pages
from ui.settings import WebSettings
from ui.shell.pages import PAGES

BROKER = MqttSettings(password=SecretStr('b' * 40))
KEYS = SealingKeys(encryption_key=SecretStr('e' * 40), index_key=SecretStr('i' * 40), code_key=SecretStr('c' * 40))


def test_production_means_secure_cookies_even_if_nobody_says_so() -> None:
    web = WebSettings(secret=SecretStr('s' * 40), allowed_hosts=('mall.example',))

    made = Settings(profile=Profile.PRODUCTION, web=web, broker=BROKER, sealing=KEYS, _env_file=None)  # type: ignore[call-arg]

    assert made.web.is_production
    assert made.web.cookie_name.startswith('__Host-')


def test_production_refuses_any_host_and_weak_secrets() -> None:
    for web in (
        WebSettings(secret=SecretStr('s' * 40), allowed_hosts=('*',)),
        WebSettings(secret=SecretStr('s' * 20), allowed_hosts=('mall.example',)),
        WebSettings(),
    ):
        with pytest.raises(ValidationError):
            Settings(profile=Profile.PRODUCTION, web=web, broker=BROKER, sealing=KEYS, _env_file=None)  # type: ignore[call-arg]


def test_no_slice_of_the_screen_is_forgotten() -> None:
    load_pages()

    paths = {spec.path for spec in PAGES}
    assert {'/', '/login', '/me', '/cockpit', '/devices'} <= paths
