"""Settings of the web process, nested into the application's by the composition root."""

from pydantic import BaseModel, Field, SecretStr, model_validator

DEFAULT_SECRET = 'only-for-development'  # noqa: S105 - refused in production
SHORTEST_SECRET = 32


class WebSettings(BaseModel):
    """How the browser side runs."""

    host: str = Field(default='127.0.0.1', description='Address to listen on.')
    port: int = Field(default=8080, ge=0, le=65535, description='Port to listen on; 0 takes a free one.')
    secret: SecretStr = Field(default=SecretStr(DEFAULT_SECRET), description='Signs the session cookie.')
    is_production: bool = Field(default=False, description='HTTPS only: Secure cookies and HSTS.')
    allowed_hosts: tuple[str, ...] = Field(
        default=('localhost', '127.0.0.1', '[::1]', 'test'), description='Host names served; "*" for any.'
    )
    allowed_origins: tuple[str, ...] = Field(default=(), description='Further origins that may open a socket.')
    trusted_proxies: str = Field(default='127.0.0.1', description='Proxies whose X-Forwarded-For is believed.')
    max_body_bytes: int = Field(default=1_000_000, gt=0, description='Largest request body.')
    max_upload_bytes: int = Field(default=20_000_000, gt=0, description='Largest upload into a page.')
    bare_pages_per_minute: int = Field(default=60, gt=0, description='Pages without a socket, per address.')
    reconnect_timeout_s: float = Field(default=30, ge=20, description='How long a page waits for its browser.')
    cookie_days: int = Field(default=30, gt=0, description='How long a browser keeps the session cookie.')

    @model_validator(mode='after')
    def _refuse_defaults_in_production(self) -> 'WebSettings':
        if not self.is_production:
            return self
        secret = self.secret.get_secret_value()
        if secret == DEFAULT_SECRET or len(secret) < SHORTEST_SECRET:
            raise ValueError(f'production needs a secret of its own with at least {SHORTEST_SECRET} characters')
        if '*' in self.allowed_hosts:
            raise ValueError('production needs the host names it serves, not "*"')
        return self

    @property
    def cookie_name(self) -> str:
        """The prefix makes browsers insist on Secure, on this host alone and on the path `/`."""
        return '__Host-atrium' if self.is_production else 'atrium'
