"""What can be refused."""

from domain.shared.errors import DomainError


class MallNeeded(DomainError):
    code = 'webhooks.mall_needed'
    status = 422
    zh = '请先选择商场。'
    en = 'Webhooks belong to a mall; choose one.'


class EndpointUnknown(DomainError):
    code = 'webhooks.endpoint_unknown'
    status = 404
    zh = '找不到该回调地址。'
    en = 'There is no such endpoint.'


class DeliveryUnknown(DomainError):
    code = 'webhooks.delivery_unknown'
    status = 404
    zh = '找不到该投递记录。'
    en = 'There is no such delivery.'


class EventNotOffered(DomainError):
    code = 'webhooks.event_not_offered'
    status = 422
    zh = '不提供这些事件：{events}。'
    en = 'These events are not offered: {events}.'


class AddressUnfit(DomainError):
    code = 'webhooks.address_unfit'
    status = 422
    zh = '回调地址须为公网 https 地址，且不含账号密码。'
    en = 'The address must be https, on the public internet, and hold no credentials.'


class TooManyEndpoints(DomainError):
    code = 'webhooks.too_many_endpoints'
    status = 409
    zh = '每个商户最多 {most} 个回调地址。'
    en = 'A tenant has {most} endpoints at most.'


class EndpointPaused(DomainError):
    code = 'webhooks.endpoint_paused'
    status = 409
    zh = '该回调地址已暂停，请先恢复。'
    en = 'The endpoint is paused; resume it first.'


class TooManyTests(DomainError):
    code = 'webhooks.too_many_tests'
    status = 409
    zh = '{minutes} 分钟内最多测试 {most} 次，请稍后再试。'
    en = 'At most {most} tests in {minutes} minutes; try again later.'
