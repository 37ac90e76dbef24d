"""Builds the channels of a mall from the settings."""

from collections.abc import Callable, Mapping
from functools import cache

from domain.shared.actor import MallId
from integrations.payments.acquirer import AcquirerChannel
from integrations.payments.alipay import AlipayChannel
from integrations.payments.client import GatewayChannel
from integrations.payments.settings import PaymentSettings
from integrations.payments.wechat import WechatPayChannel

CALLBACKS = '/callbacks/payments'
ChannelsOf = Callable[[MallId], Mapping[str, GatewayChannel]]


def channels_of(settings: PaymentSettings) -> ChannelsOf:
    """The channels that have a merchant, by name, for each mall; a mall's differ in where they notify."""

    @cache
    def of(mall_id: MallId) -> Mapping[str, GatewayChannel]:
        def notify(name: str) -> str:
            return f'{settings.callback_base.rstrip("/")}{CALLBACKS}/{mall_id}/{name}'

        found: dict[str, GatewayChannel] = {}
        if settings.wechat.mchid:
            found['wechat'] = WechatPayChannel(settings.wechat, notify_url=notify('wechat'))
        if settings.alipay.app_id:
            found['alipay'] = AlipayChannel(settings.alipay, notify_url=notify('alipay'))
        if settings.unionpay.merchant:
            found['unionpay'] = AcquirerChannel(settings.unionpay, notify_url=notify('unionpay'))
        return found

    return of
