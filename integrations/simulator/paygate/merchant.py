"""Who the merchant is at the simulated gateway, and the settings by which the platform finds it."""

from dataclasses import dataclass

from pydantic import SecretStr

from integrations.payments.settings import (
    AcquirerSettings,
    AlipaySettings,
    DistrictSettings,
    PaymentSettings,
    WechatPaySettings,
)
from integrations.simulator.paygate.keys import Keys, certificate_of, serial_of


@dataclass(frozen=True, slots=True)
class Merchant:
    """One merchant at three channels."""

    keys: Keys
    mchid: str = '1900000001'
    appid: str = 'wx00000000demomall'
    certificate_serial: str = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1'
    public_key_id: str = 'PUB_KEY_ID_0000000000000024101100397200000006'
    alipay_app_id: str = '2021000000000001'
    seller_id: str = '2088000000000001'
    acquirer_merchant: str = '898310000000001'
    brandid: int = 1000
    uses_certificates: bool = False
    """WeChat Pay signs by a platform certificate that merchants download, as it does for older merchants."""

    @property
    def wechat_serial(self) -> str:
        """What the gateway names its signing key by."""
        return serial_of(certificate_of(self.keys.gateway)) if self.uses_certificates else self.public_key_id

    def environment(self, gateway: str, callback_base: str) -> dict[str, str]:
        """The same settings as variables for a platform in a process of its own."""
        given = self.settings(gateway, callback_base)
        variables = {
            'ATRIUM_PAYMENTS__CALLBACK_BASE': given.callback_base,
            'ATRIUM_SMS__GATEWAY': f'{gateway}/sms/send',
            'ATRIUM_SMS__SECRET': self.keys.acquirer_secret,
        }
        for name in ('wechat', 'alipay', 'unionpay', 'district'):
            for field, value in getattr(given, name):
                text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
                variables[f'ATRIUM_PAYMENTS__{name}__{field}'.upper()] = text.replace('\n', '\\n')
        return variables

    def settings(self, gateway: str, callback_base: str) -> PaymentSettings:
        """What a platform needs to be paid there."""
        wechat = WechatPaySettings(
            mchid=self.mchid,
            appid=self.appid,
            certificate_serial=self.certificate_serial,
            private_key=SecretStr(self.keys.merchant.private),
            api_v3_key=SecretStr(self.keys.api_v3_key),
            public_key='' if self.uses_certificates else self.keys.gateway.public,
            public_key_id='' if self.uses_certificates else self.public_key_id,
            gateway=f'{gateway}/wechat',
        )
        district = dict(wechat) | {'gateway': f'{gateway}/district', 'brandid': self.brandid}
        return PaymentSettings(
            callback_base=callback_base,
            wechat=wechat,
            district=DistrictSettings(**district),
            alipay=AlipaySettings(
                app_id=self.alipay_app_id,
                seller_id=self.seller_id,
                private_key=SecretStr(self.keys.merchant.private),
                public_key=self.keys.gateway.public,
                gateway=f'{gateway}/alipay/gateway.do',
            ),
            unionpay=AcquirerSettings(
                merchant=self.acquirer_merchant,
                secret=SecretStr(self.keys.acquirer_secret),
                gateway=f'{gateway}/acquirer',
            ),
        )
