"""Settings of the service: environment variables `ATRIUM_VISION_…` or an `.env` file."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({'127.0.0.1', '::1', 'localhost'})


class VisionSettings(BaseSettings):
    """Everything a person may set; see `docs/vision.md`."""

    model_config = SettingsConfigDict(env_prefix='ATRIUM_VISION_', env_file='.env', extra='ignore')

    mall: str = Field('yunji', pattern=r'^[a-z0-9-]{1,64}$', description='code of the mall, first in every topic')
    timezone: str = 'Asia/Shanghai'
    cutoff_hour: int = Field(4, ge=0, le=12, description='when the business day ends and its track names die')
    cameras_file: Path | None = Field(None, description='TOML or JSON with the cameras, their lines and zones')
    state_dir: Path = Field(Path('.state/vision'), description='where the queue lives')

    mqtt_host: str = '127.0.0.1'
    mqtt_port: int = Field(1883, ge=1, le=65_535)
    mqtt_username: str | None = 'atrium-gateway'
    mqtt_password: SecretStr | None = None
    mqtt_tls: bool = False
    mqtt_ca_file: Path | None = None
    resend_after_s: float = Field(20.0, gt=0, description='unacknowledged readings are sent again after this')

    http_host: str = '127.0.0.1'
    http_port: int = Field(8090, ge=0, le=65_535)
    http_token: SecretStr | None = Field(None, description='bearer token; required off loopback')

    floor_device: str | None = Field(
        None, pattern=r'^[a-z0-9-]{1,64}$', description="device code under which the plan's visits are published"
    )
    association: Literal['appearance', 'geometry'] = 'appearance'
    embedder_weights: Path | None = Field(
        None, description="ONNX file of a network that knows people again; without it nobody's looks are taken"
    )
    embedder_tones: Path | None = Field(
        None, description="what the site's cameras do to everybody's looks, as `…association.learning` wrote it"
    )
    embedder_learns: bool = Field(
        True, description='each day teaches what the cameras do to looks, for the next; not where a file says it'
    )
    embedder_engine: str = Field('auto', description='auto, deepsparse, onnxruntime or torch')

    owner_url: str | None = Field(None, description='the process that gives the numbers, where it is not this one')

    fleet_capacity: int = Field(0, ge=0, le=1000, description='cameras this process may lease; 0 watches them all')
    fleet_lease_s: float = Field(30.0, ge=3, le=600)
    ray_address: str | None = Field(None, description='of a running Ray cluster; without it one is started here')

    database_url: SecretStr | None = Field(None, description='asyncpg://… for summaries; the service runs without')
    work_width: int = Field(480, ge=160, le=3840, description='pictures are shrunk to this width before detection')

    detector_weights: Path | None = Field(None, description='ONNX file of the own detector; else the shipped one')
    detector_engine: str = Field('auto', description='auto, deepsparse, onnxruntime or torch')
    detector_width: int = Field(480, ge=160, le=3840, description='how wide the own detector sees a picture')
    torchvision_model: str = Field(
        'fasterrcnn_mobilenet_v3_large_320_fpn', description="which of torchvision's detectors"
    )
    torchvision_weights: Path | None = Field(None, description='file of its weights')
    torchvision_download: bool = Field(False, description='whether its weights may be fetched from the internet')

    @model_validator(mode='after')
    def _guards_what_it_opens(self) -> Self:
        if self.http_host not in LOOPBACK and self.http_token is None:
            raise ValueError('http_token is needed when http_host is not this machine alone')
        return self
