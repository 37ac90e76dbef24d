"""How the simulated mall is played."""

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr

from integrations.simulator.faults import FaultSettings
from integrations.simulator.world import DEFAULT_SCALE


class SimulatorSettings(BaseModel):
    """The live player. One connection speaks for all devices of all its malls, as a gateway does."""

    host: str = Field(default='127.0.0.1', description='The broker.')
    port: int = Field(default=1883, ge=1, le=65_535, description='Its port.')
    username: str = Field(default='atrium-gateway', description='The gateway’s user at the broker.')
    password: SecretStr = Field(default=SecretStr(''), description='The secret of that user.')
    malls: tuple[str, ...] = Field(default=('yunji', 'qinghe'), description='Codes of the demo malls to play.')
    metered: tuple[str, ...] = Field(default=('yunji',), description='Those of them whose meters are read remotely.')
    zone: str = Field(default='', description='Time zone the malls live in; empty takes that of their plans.')
    seed: int = Field(default=1, description='The same seed gives the same people.')
    scale: float = Field(default=DEFAULT_SCALE, gt=0, le=2, description='1 is 20,000 visitors on an average day.')
    speed: float = Field(default=1.0, ge=1, le=3600, description='Times real time while catching up with the present.')
    state_dir: Path = Field(default=Path('.state/simulator'), description='Where devices keep numbers and readings.')
    catch_up_hours: float = Field(default=26.0, ge=0, description='How far back a restart fills what it missed.')
    resend_after_s: float = Field(default=8.0, gt=0, description='Unacknowledged readings go out again after so long.')
    paygate_port: int = Field(default=8070, ge=1, le=65_535, description='Where the simulated payment gateway serves.')
    paygate_keys: Path = Field(default=Path('.state/paygate.json'), description='Its keys, made when it first starts.')
    pays_after_s: float = Field(
        default=12.0, ge=0, description='A code that a till shows is paid by itself after so long; 0: only by a person.'
    )
    faults: FaultSettings = FaultSettings()
