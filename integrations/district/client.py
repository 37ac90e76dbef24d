"""WeChat Pay's district (商圈会员积分服务): notices of payments and refunds, 积分同步, 停车状态同步.

wechatpayv3's own wrappers refuse zero points and build wrong requests for parking, so it is called below them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from domain.district.commands import DistrictPayment, DistrictRefund
from domain.district.views import ParkingSync, PointsSync
from integrations.payments.client import CHINA, NoticeForged
from integrations.payments.settings import DistrictSettings
from integrations.payments.wechat_v3 import WechatV3

Notice = DistrictPayment | DistrictRefund


class District:
    """One district merchant's line to WeChat Pay; implements `domain.district.ports.DistrictPort`."""

    def __init__(self, settings: DistrictSettings) -> None:
        self._settings = settings
        self._v3 = WechatV3(settings)

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice | None:
        """The verified notice; None for a genuine notice of something else (a member's authorisation).

        :raises NoticeForged: when signature, age, merchant, application or form do not hold.
        """
        told = self._v3.verified(headers, body, now)
        read = _READERS.get(told.get('event_type', ''))
        if read is None:
            return None
        facts = told['resource']
        if facts.get('mchid') != self._settings.mchid or facts.get('appid') != self._settings.appid:
            raise NoticeForged(reason='another merchant or application')
        try:
            return read(facts)
        except (KeyError, TypeError, ValueError) as error:
            raise NoticeForged(reason='not of the agreed form') from error

    def sync_points(self, sync: PointsSync) -> bool:
        """积分同步; without points too, with the reason (PO-R12)."""
        said: dict[str, Any] = {
            'transaction_id': sync.transaction_no,
            'appid': self._settings.appid,
            'openid': sync.openid.get_secret_value(),
            'earn_points': sync.points > 0,
            'increased_points': sync.points,
            'points_update_time': _stamp(sync.settled_at),
        }
        if not sync.points:
            said['no_points_remarks'] = sync.remark
        status, _ = self._v3.call('/v3/businesscircle/points/notify', said)
        return status in (200, 204)

    def sync_parking(self, sync: ParkingSync) -> bool:
        """停车状态同步."""
        status, _ = self._v3.call(
            '/v3/businesscircle/parkings',
            {
                'appid': self._settings.appid,
                'openid': sync.openid.get_secret_value(),
                'brandid': self._settings.brandid,
                'plate_number': sync.plate.get_secret_value(),
                'state': 'IN' if sync.is_inside else 'OUT',
                'time': _stamp(sync.occurred_at),
            },
        )
        return status in (200, 204)


def _payment(facts: Mapping[str, Any]) -> DistrictPayment:
    return DistrictPayment(
        transaction_no=str(facts['transaction_id']),
        openid=SecretStr(str(facts['openid'])),
        shop=str(facts.get('shop_number') or facts['shop_name']),
        fen=int(facts['amount']),
        paid_at=datetime.fromisoformat(facts['time_end']),
    )


def _refund(facts: Mapping[str, Any]) -> DistrictRefund:
    return DistrictRefund(
        refund_no=str(facts['refund_id']),
        transaction_no=str(facts['transaction_id']),
        fen=int(facts['refund_amount']),
        refunded_at=datetime.fromisoformat(facts['refund_time']),
    )


_READERS = {'MALL_TRANSACTION.SUCCESS': _payment, 'MALL_REFUND.SUCCESS': _refund}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(CHINA).isoformat(timespec='milliseconds')
