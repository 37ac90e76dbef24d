"""Atrium's composition root and command line: the one place that knows every part.

Each command reads the settings, connects what it needs and hands over. `atrium demo` runs all of them at once.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from enum import StrEnum
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import unquote, urlsplit

import typer
from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.routing import BaseRoute

from domain import registry
from domain.shared import database, sealing
from domain.shared.garbage import collect_less
from integrations.api.settings import ApiSettings
from integrations.mqtt.settings import MqttSettings
from integrations.observability import logs
from integrations.payments.settings import PaymentSettings
from integrations.simulator.settings import SimulatorSettings
from integrations.sms.settings import SmsSettings
from integrations.worker.settings import WorkerSettings
from ui.settings import WebSettings

if TYPE_CHECKING:
    from ui.shell.context import Cameras

ROOT = Path(__file__).parent
WEAK = frozenset({'', 'changethis', 'changeme', 'secret', 'password', 'only-for-the-demo'})
SHORTEST_SECRET = 16

app = typer.Typer(no_args_is_help=True, add_completion=False, help='Atrium, the operating system of a shopping mall.')
db = typer.Typer(no_args_is_help=True, help='The database: bring it up to date, fill it, empty it.')
camera = typer.Typer(no_args_is_help=True, help='Cameras of a mall, as devices of the platform.')
district = typer.Typer(no_args_is_help=True, help='Payments in the shops of a mall (智慧商圈).')
app.add_typer(db, name='db')
app.add_typer(camera, name='camera')
app.add_typer(district, name='district')


class Profile(StrEnum):
    """`production` refuses weak secrets and asks for what must not be guessed."""

    DEMO = 'demo'
    PRODUCTION = 'production'


class DatabaseSettings(database.DatabaseSettings):
    """The application's role, and the owner for migrations."""

    url: SecretStr = Field(default=SecretStr(''), description='postgresql://… of the role atrium_app.')
    owner_url: SecretStr = Field(
        default=SecretStr(''), description='postgresql://… of the owner; only `atrium db` needs it.'
    )


class SealingKeys(BaseModel):
    """What opens sealed personal data, finds it again and signs rotating codes; three secrets of 32 characters."""

    encryption_key: SecretStr = Field(default=SecretStr(''), description='Opens sealed personal data.')
    index_key: SecretStr = Field(default=SecretStr(''), description='Makes blind indexes; never changes.')
    code_key: SecretStr = Field(default=SecretStr(''), description='Signs rotating codes; may change any time.')

    def install(self) -> None:
        """Gives the process its keys, where they are set."""
        if self.encryption_key.get_secret_value():
            sealing.install(sealing.SealingSettings.model_validate(self.model_dump()))


class VisionLink(BaseModel):
    """Where the vision service answers; a mall without cameras leaves it empty."""

    url: str = Field(default='', description='http://… of the vision service.')
    token: SecretStr = Field(default=SecretStr(''), description='Its bearer token, where it is on another machine.')
    mall: str = Field(default='yunji', description='The code of the mall whose cameras it watches.')


class Settings(BaseSettings):
    """Everything, from the environment (`ATRIUM_…`, nested with two underscores) or a file `.env`."""

    model_config = SettingsConfigDict(
        env_prefix='ATRIUM_',
        env_nested_delimiter='__',
        env_file='.env',
        extra='ignore',
        nested_model_default_partial_update=True,
    )

    profile: Profile = Field(default=Profile.DEMO, description='`production` refuses weak secrets.')
    state: Path = Field(default=ROOT / '.state', description='Where this installation keeps its files.')
    log_style: str = Field(default='json', description='`json` or `console`.')
    log_level: str = Field(default='INFO', description='DEBUG, INFO, WARNING or ERROR.')
    database: DatabaseSettings = DatabaseSettings()
    sealing: SealingKeys = SealingKeys()
    broker: MqttSettings = MqttSettings()
    web: WebSettings = WebSettings()
    worker: WorkerSettings = WorkerSettings()
    payments: PaymentSettings = PaymentSettings()
    sms: SmsSettings = SmsSettings()
    api: ApiSettings = ApiSettings()
    vision: VisionLink = VisionLink()
    simulator: SimulatorSettings = SimulatorSettings()

    @model_validator(mode='after')
    def _production_has_secrets(self) -> Self:
        if self.profile is not Profile.PRODUCTION:
            return self
        weak = [name for name, value in self._secrets().items() if value in WEAK or len(value) < SHORTEST_SECRET]
        if weak:
            names = ', '.join(weak)
            raise ValueError(f'production needs secrets of its own, {SHORTEST_SECRET} characters or more: set {names}')
        # Secure cookies and HSTS are no choice there; validated again, because production is stricter.
        self.web = WebSettings.model_validate(self.web.model_dump() | {'is_production': True})
        return self

    def _secrets(self) -> dict[str, str]:
        return {
            'ATRIUM_WEB__SECRET': self.web.secret.get_secret_value(),
            'ATRIUM_BROKER__PASSWORD': self.broker.password.get_secret_value(),
            'ATRIUM_SEALING__ENCRYPTION_KEY': self.sealing.encryption_key.get_secret_value(),
            'ATRIUM_SEALING__INDEX_KEY': self.sealing.index_key.get_secret_value(),
            'ATRIUM_SEALING__CODE_KEY': self.sealing.code_key.get_secret_value(),
        }


@cache
def settings() -> Settings:
    """The settings of this process.

    :raises typer.Exit: when they do not hold, after saying which and why.
    """
    try:
        return Settings()
    except ValueError as error:
        typer.secho(f'The settings do not hold:\n{error}', fg='red', err=True)
        raise typer.Exit(2) from None


@app.command()
def version() -> None:
    """Prints the version."""
    typer.echo(metadata.version('atrium'))


@app.command('settings')
def show_settings() -> None:
    """Prints every setting with its meaning, as the table in docs/settings.md."""
    for line in settings_table():
        typer.echo(line)


def settings_table() -> list[str]:
    """Markdown rows: variable, default, meaning. Secrets show no default."""
    rows = ['| variable | default | meaning |', '|---|---|---|']
    return rows + [f'| `{name}` | {default} | {meaning} |' for name, default, meaning in _fields('ATRIUM_', Settings)]


def _fields(prefix: str, model: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _fields(f'{prefix}{name.upper()}__', kind)
        else:
            yield (
                f'{prefix}{name.upper()}',
                _shown(field.get_default(call_default_factory=True)),
                field.description or '',
            )


def _shown(default: object) -> str:
    if isinstance(default, SecretStr):
        return ''
    if isinstance(default, Path):
        return f'`{default.relative_to(ROOT) if default.is_absolute() else default}`'
    return f'`{default}`'


@app.command()
def demo(
    reset: Annotated[bool, typer.Option(help='Throw the data of earlier runs away first.')] = False,
    port: Annotated[int, typer.Option(help='The wished port of the web page; the next free one is taken.')] = 8080,
) -> None:
    """Runs the whole mall on this machine: database, broker, web, worker, vision and a simulated mall."""
    from integrations.demo import run

    raise typer.Exit(run.demo(state=settings().state, web_port=port, reset=reset))


@app.command()
def web() -> None:
    """Serves the pages, the REST API and the health checks."""
    _begin('web')
    from domain.shared.live import listen
    from integrations.documents import Office
    from integrations.payments.gateway import channels_of
    from ui import main as browser

    current = settings()
    url = current.database.url.get_secret_value()
    app = browser.build(
        current.web,
        notices=lambda: listen(url),
        mounts=_mounts(current),
        cameras=_cameras(current.vision),
        channels=channels_of(current.payments),
        documents=Office(),
        webhooks_to_private=current.api.webhooks_to_private,
    )
    collect_less()
    browser.run(app, current.web)


@app.command()
def worker() -> None:
    """Takes in what devices say, delivers events, does the upkeep."""
    _begin('worker')
    from integrations.worker import run

    current = settings()
    url = current.database.url.get_secret_value()
    asyncio.run(run.run(current.worker, current.broker, url, current.payments, _stop_on_signals))


@app.command()
def broker() -> None:
    """Runs the embedded MQTT broker (demo and tests; a mall runs Mosquitto)."""
    _begin('broker', connects=False)
    from integrations.demo import brokering

    asyncio.run(brokering.serve(settings().broker, _stop_on_signals))


@app.command()
def paygate() -> None:
    """Runs the simulated payment gateway, with a wallet to pay from (demo and tests; a mall has real channels)."""
    _begin('paygate', connects=False)
    from integrations.simulator.paygate.app import serve
    from integrations.simulator.paygate.keys import kept_keys

    given = settings().simulator
    serve(
        kept_keys(given.paygate_keys),
        port=given.paygate_port,
        pays_by_itself_after_s=given.pays_after_s,
        callback_base=settings().payments.callback_base,
    )


@app.command()
def simulate() -> None:
    """Plays the simulated mall's devices through the broker, as the real ones would."""
    _begin('simulate', connects=False)
    from integrations.simulator import main as simulator

    asyncio.run(_until_stopped(simulator.run(settings().simulator)))


@camera.command('add')
def camera_add(
    code: Annotated[str, typer.Argument(help="The camera's device code, as `atrium vision run --camera` gives it.")],
    line: Annotated[str, typer.Option(help='The code of the line it will count.')] = '',
    mall: Annotated[str, typer.Option(help='The code of the mall.')] = 'yunji',
    floor: Annotated[str, typer.Option(help='The code of the floor.')] = 'F1',
) -> None:
    """Registers a camera and its counting line, an entrance, and prints what the camera needs to report."""
    _begin('camera')
    from domain.shared.errors import DomainError
    from domain.shared.operations import perform
    from integrations.demo.cameras import hang_camera
    from integrations.worker.upkeep import actor_in

    try:
        hung = perform(hang_camera, actor=actor_in(mall), camera=code, line=line or code, floor=floor)
    except DomainError as error:
        typer.secho(f'{error} [{error.code}]', fg='red', err=True)
        raise typer.Exit(1) from None
    typer.echo(f'Camera {hung.camera} counts line {hung.line}. MQTT user {hung.username}, secret {hung.secret}')
    typer.echo(f'  atrium vision run --source VIDEO --camera {hung.camera} --line {hung.line}=x1,y1,x2,y2')


@app.command()
def doctor() -> None:
    """Checks everything this installation depends on and says what to do about each trouble."""
    from integrations.demo.doctor import examine

    raise typer.Exit(0 if examine(settings(), say=typer.echo) else 1)


@district.command('refunds')
def district_refunds(
    shop: Annotated[str, typer.Argument(help='The number of the shop, as WeChat knows it.')],
    bill: Annotated[Path, typer.Argument(help="The shop's own trade bill from WeChat Pay, CSV.", dir_okay=False)],
    mall: Annotated[str, typer.Option(help='The code of the mall.')] = 'yunji',
) -> None:
    """Takes points back for refunds in a shop's bill, those that WeChat no longer notifies above all."""
    _begin('district')
    from domain.shared.errors import DomainError
    from integrations.district.bills import import_bill
    from integrations.worker.upkeep import actor_in

    try:
        done = import_bill(actor_in(mall), shop, bill.read_bytes())
    except DomainError as error:
        typer.secho(f'{error} [{error.code}]', fg='red', err=True)
        raise typer.Exit(1) from None
    typer.echo(f'{done.taken} new refunds, {done.points_lost} points taken back, {done.known} known before.')
    typer.echo(f'{done.others} of people who are no members; contradicting: {", ".join(done.contradicting) or "none"}.')


@db.command('upgrade')
def db_upgrade() -> None:
    """Brings the schema up to date, as the owner, and lets the application's role in."""
    from domain.shared import provisioning

    owner = _owner_url()
    provisioning.ensure_role(owner, _password_of(settings().database.url.get_secret_value()))
    provisioning.upgrade(owner)
    typer.echo('The database is up to date.')


@db.command('seed')
def db_seed(
    days: Annotated[int, typer.Option(help='Days of history to fill in.')] = 400,
    recent: Annotated[bool, typer.Option('--recent', help='Only what a first look needs.')] = False,
    bare: Annotated[bool, typer.Option('--bare', help='Malls, people and devices, but no past.')] = False,
    today: Annotated[str, typer.Option(hidden=True, help='Only the day so far of the mall of this code.')] = '',
) -> None:
    """Fills an empty database with the demo malls, their people, devices and history."""
    _begin('seed')
    from integrations.demo import seeding

    if today:
        seeding.seed_today(settings().state, today, say=typer.echo)
        return
    seeding.seed(settings().state, days=days, say=typer.echo, has_past=not bare)
    if not recent and not bare:
        seeding.fill(settings().state, days=days, say=typer.echo)


@db.command('reset')
def db_reset(yes: Annotated[bool, typer.Option('--yes', help='Do not ask.')] = False) -> None:
    """Takes the schema down and puts it up again, empty. Everything in it is lost."""
    from alembic import command

    from domain.shared import provisioning

    if settings().profile is Profile.PRODUCTION:
        typer.secho('A production database is not reset by this command.', fg='red', err=True)
        raise typer.Exit(2)
    if not yes:
        typer.confirm('Everything in the database will be lost. Go on?', abort=True)
    command.downgrade(provisioning.alembic_config(_owner_url()), 'base')
    db_upgrade()


def _vision() -> typer.Typer:
    from vision_service.cli import app as vision_app

    return vision_app


def main() -> None:
    """The console script. It finds a demo that runs on this machine, and loads the vision libraries only for vision."""
    from integrations.demo import state

    folder = Path(os.environ.get('ATRIUM_STATE', ROOT / '.state'))
    if os.environ.get('ATRIUM_PROFILE') != Profile.PRODUCTION:
        state.into_environment(folder)
    if 'vision' in sys.argv[1:2]:
        if _watches_one_source(sys.argv[2:]):  # beside a vision service that serves already
            os.environ['ATRIUM_VISION_HTTP_PORT'] = '0'
            os.environ['ATRIUM_VISION_STATE_DIR'] = str(
                Path(os.environ.get('ATRIUM_STATE', ROOT / '.state')) / 'vision-run'
            )
        from vision_service.cli import app as vision
    else:
        vision = typer.Typer()
    app.add_typer(vision, name='vision', help='Cameras: serve, run, count, measure.')
    app()


def _watches_one_source(arguments: list[str]) -> bool:
    return arguments[:1] == ['run'] and any(one.split('=')[0] == '--source' for one in arguments)


def _mounts(current: Settings) -> list[BaseRoute]:
    """The REST API and the health checks, which pass none of the browser side's middlewares."""
    from integrations.api.app import mounts
    from integrations.api.health import Part
    from integrations.district import webhook as shopping
    from integrations.district.gateway import district_of
    from integrations.mqtt.health import broker_answers
    from integrations.payments import webhook
    from integrations.payments.gateway import channels_of
    from integrations.sms.client import HttpSms
    from integrations.vision.client import vision_answers

    parts = {'broker': Part(lambda: broker_answers(current.broker), is_required=False)}
    if current.vision.url:
        parts['vision'] = Part(lambda: vision_answers(current.vision.url), is_required=False)
    notices = [*webhook.routes(channels_of(current.payments)), *shopping.routes(district_of(current.payments))]
    return [*mounts(current.api, parts, HttpSms(current.sms)), *notices]


def _cameras(link: VisionLink) -> 'Cameras':
    from integrations.vision.gateway import VisionGateway

    gateway = VisionGateway(link.url, link.token) if link.url else None
    return lambda mall: gateway if mall == link.mall else None


def _begin(process: str, *, connects: bool = True) -> None:
    current = settings()
    logs.configure(process, style='console' if current.log_style == 'console' else 'json', level=current.log_level)
    current.sealing.install()
    if connects:
        registry.metadata()  # a table may refer to one of a slice that this process does not use otherwise
        database.connect(current.database.model_copy(update={'application_name': f'atrium-{process}'}))


def _owner_url() -> str:
    url = settings().database.owner_url.get_secret_value()
    if not url:
        typer.secho('Set ATRIUM_DATABASE__OWNER_URL to the owner of the database.', fg='red', err=True)
        raise typer.Exit(2)
    return url


def _password_of(url: str) -> str:
    return unquote(urlsplit(url).password or '')


async def _until_stopped(work: Coroutine[None, None, None]) -> None:
    """Runs a coroutine that knows no end, and cancels it on Ctrl-C or SIGTERM.

    :raises Exception: what the coroutine raised, if it broke off.
    """
    from integrations.mqtt.ending import end

    with _stop_on_signals() as stop:
        task = asyncio.create_task(work)
        ending = asyncio.create_task(stop.wait())
        await asyncio.wait({task, ending}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ending.cancel()
            task.result()
        await end(task, ending)


@contextlib.contextmanager
def _stop_on_signals() -> Iterator[asyncio.Event]:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    yield stop


if __name__ == '__main__':
    main()
