"""A payment gateway to pay with (支付网关模拟): WeChat Pay v3, Alipay and an acquirer, over HTTP, with keys of its own.

It stands in for the real gateways, which nobody reaches from a development machine, and speaks their wire protocols:
it verifies what merchants sign, signs what it answers, encrypts what it notifies. `orders` is what happened to the
money, `wechat`, `alipay`, `acquirer` are the protocols, `app` puts them together with a wallet in which a person pays
the codes that a till shows. What goes wrong can be ordered: see `Behaviour`.
"""
