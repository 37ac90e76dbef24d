"""Merchants and keys of the payment channels. A channel without a merchant is not offered."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, SecretStr

# An environment variable holds a PEM on one line, with \n for its line ends.
_lines = BeforeValidator(lambda value: value.replace('\\n', '\n') if isinstance(value, str) else value)
Pem = Annotated[str, _lines]
SecretPem = Annotated[SecretStr, _lines]


class WechatPaySettings(BaseModel):
    """WeChat Pay v3, verified by its public key (微信支付公钥); without one, by its certificates (平台证书)."""

    mchid: str = Field(default='', description='Merchant number (商户号); empty: WeChat Pay is not offered.')
    appid: str = Field(default='', description='Application that the merchant is bound to.')
    certificate_serial: str = Field(default='', description="Serial number of the merchant's certificate.")
    private_key: SecretPem = Field(default=SecretStr(''), description="The merchant's private key, PEM.")
    api_v3_key: SecretStr = Field(default=SecretStr(''), description='APIv3 key of 32 characters.')
    public_key: Pem = Field(default='', description="WeChat Pay's public key, PEM; empty: by certificates.")
    public_key_id: str = Field(default='', description='PUB_KEY_ID_… of that key.')
    gateway: str = Field(default='https://api.mch.weixin.qq.com', description='Where the API answers.')


class DistrictSettings(WechatPaySettings):
    """智慧商圈: the merchant to whom WeChat notifies payments in the mall's shops."""

    mchid: str = Field(default='', description='District merchant (商圈商户号); empty: there is no district.')
    brandid: int = Field(default=0, ge=0, description='Brand number of the district, for parking.')


class AlipaySettings(BaseModel):
    """Alipay (支付宝 当面付) with RSA2 keys."""

    app_id: str = Field(default='', description='Application; empty: Alipay is not offered.')
    seller_id: str = Field(default='', description='The merchant (PID, 2088…) that notices must name.')
    private_key: SecretPem = Field(default=SecretStr(''), description="The application's private key, PEM.")
    public_key: Pem = Field(default='', description="Alipay's public key, PEM.")
    gateway: str = Field(default='https://openapi.alipay.com/gateway.do', description='Where the API answers.')


class AcquirerSettings(BaseModel):
    """UnionPay QR (银联二维码) over an acquirer's aggregated interface."""

    merchant: str = Field(default='', description='Merchant at the acquirer; empty: UnionPay is not offered.')
    secret: SecretStr = Field(default=SecretStr(''), description='Key of the HMAC-SHA256 signatures, both ways.')
    gateway: str = Field(default='', description='Where the acquirer answers.')


class PaymentSettings(BaseModel):
    """The channels of this installation."""

    callback_base: str = Field(
        default='http://127.0.0.1:8080', description='Public address of this platform, where channels notify payments.'
    )
    wechat: WechatPaySettings = WechatPaySettings()
    alipay: AlipaySettings = AlipaySettings()
    unionpay: AcquirerSettings = AcquirerSettings()
    district: DistrictSettings = DistrictSettings()
