"""How the ingest reaches its broker and how it works."""

from pydantic import BaseModel, Field, SecretStr


class MqttSettings(BaseModel):
    """The broker, and the ingest's habits. The defaults suit Mosquitto as configured in ``integrations/embedded``."""

    host: str = Field(default='127.0.0.1', description='The broker.')
    port: int = Field(default=1883, ge=1, le=65_535, description='Its port.')
    username: str = Field(default='atrium-ingest', description='The ingest has its own user at the broker.')
    password: SecretStr = Field(default=SecretStr(''), description='The secret of that user.')
    use_tls: bool = Field(default=False, description='Encrypt, and check the certificate by the system authorities.')
    malls: tuple[str, ...] = Field(
        default=(), description='Codes of the malls that this ingest serves; none: all. Split malls to scale out.'
    )
    keepalive_s: int = Field(default=30, ge=5, description='The broker notices a dead worker after 1.5 times this.')
    flush_after_s: float = Field(default=0.05, gt=0, description='A message waits this long at most for its batch.')
    batch_messages: int = Field(default=2_000, ge=1, description='A batch this large is committed at once.')
    batch_bytes: int = Field(default=1_000_000, ge=1, description='The same, by size.')
    held_messages: int = Field(
        default=20_000, ge=1, description='Unacknowledged messages held in memory at most, while the database is away.'
    )
    ack_every_s: float = Field(default=0.1, gt=0, description='Devices hear an acknowledgement this often at most.')
    retry_max_s: float = Field(default=5.0, gt=0, description='Pause between attempts when something is away.')
    watch_every_s: float = Field(default=5.0, gt=0, description='How often silence and retries are looked for.')

    @property
    def slot(self) -> str:
        """The name of this share of the work: workers of one slot take turns, slots work side by side."""
        return '-'.join(('atrium-ingest', *sorted(self.malls)))[:64]
