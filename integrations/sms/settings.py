"""Where text messages are sent."""

from pydantic import BaseModel, Field, SecretStr


class SmsSettings(BaseModel):
    """A provider's HTTP interface; without a gateway nobody can sign in by phone, and is told so."""

    gateway: str = Field(default='', description='https://… that takes a message as JSON.')
    secret: SecretStr = Field(default=SecretStr(''), description='Key of the HMAC-SHA256 over each message.')
    template: str = Field(default='login-code', description='The template that the provider has approved.')
