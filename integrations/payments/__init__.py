"""Payment channels (聚合支付): WeChat Pay v3, Alipay, and UnionPay QR over an acquirer, behind `domain.payments.ports`.

`gateway.channels_of` builds the channels of a mall from the settings; `wechat`, `alipay`, `acquirer` speak the wire
protocols; `webhook` takes in what a channel notifies; `chores` is what the worker does: asking what became of attempts,
giving money back, fetching bills. No channel trusts what it did not verify, and no channel changes books by itself.
"""
