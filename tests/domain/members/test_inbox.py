"""What members are told: once, in both languages, theirs alone. Rule AF-R7."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.members import enrolment, inbox, merging
from domain.members.commands import (
    Channel,
    DecideConsent,
    MemberId,
    MergeMembers,
    MessageId,
    Purpose,
    SendReceipt,
    SendReturn,
    SplitMember,
)
from domain.members.errors import MemberUnknown, MessageUnknown
from domain.members.permissions import ENROL, VIEW
from domain.members.views import MessageView
from domain.shared.errors import PermissionDenied
from domain.shared.operations import perform
from tests.domain.members.conftest import EPOCH, NOON, Desk


def _receipt(desk: Desk, member: MemberId, key: str = '', points: int = 0) -> bool:
    command = SendReceipt(
        member_id=member, receipt_key=key or str(uuid4()), shop='f1-01', money_fen=123_450, points=points, number=77
    )
    told: bool = desk.do(inbox.send_receipt, command=command)
    return told


def _messages(desk: Desk, member: MemberId) -> list[MessageView]:
    found: list[MessageView] = desk.ask(inbox.list_messages, member_id=member)
    return found


def _decide(desk: Desk, member: MemberId, purpose: Purpose, *, is_granted: bool) -> None:
    desk.do(enrolment.decide_consent, command=DecideConsent(
        member_id=member, purpose=purpose, is_granted=is_granted, wording='v1', source=Channel.MINI_PROGRAM
    ))  # fmt: skip


def test_a_receipt_is_told_once_in_both_languages(desk: Desk) -> None:
    member, key = desk.enrol(), str(uuid4())

    assert [_receipt(desk, member, key, points=12) for _ in range(2)] == [True, False]

    [message] = _messages(desk, member)
    assert (message.kind, message.receipt_key, message.read_at) == ('receipt', key, None)
    assert '¥1,234.50' in message.body_zh
    assert '12 积分' in message.body_zh
    assert 'earned 12 points' in message.body_en
    assert message.body_zh.count('77') == message.body_en.count('77') == 1
    assert message.told.shop == 'f1-01'
    assert message.told.shop_zh in message.body_zh


def test_a_receipt_without_points_promises_none(desk: Desk) -> None:
    member = desk.enrol()
    _receipt(desk, member)
    [message] = _messages(desk, member)
    assert message.words == 'receipt'
    assert '积分' not in message.body_zh


def test_a_return_is_told_beside_its_receipt(desk: Desk) -> None:
    member, key = desk.enrol(), str(uuid4())
    _receipt(desk, member, key)
    number = int(uuid4()) % 10**9
    command = SendReturn(member_id=member, return_id=number, receipt_key=key, shop='nowhere', money_fen=990)

    assert [desk.do(inbox.send_return, command=command) for _ in range(2)] == [True, False]

    back, bought = _messages(desk, member)
    assert (back.kind, bought.kind, back.receipt_key) == ('return', 'receipt', key)
    assert back.body_en == 'Your return at nowhere is done: ¥9.90 goes back to you.'


def test_AF_R7_a_receipt_needs_no_consent_to_marketing_and_keeps_no_quiet_hours(desk: Desk) -> None:
    member = desk.enrol()
    _decide(desk, member, Purpose.MARKETING, is_granted=False)
    command = SendReceipt(
        member_id=member, receipt_key=str(uuid4()), shop='f1-01', money_fen=1, points=0, number=1
    )  # fmt: skip

    assert desk.do(inbox.send_receipt, NOON.replace(hour=19), command=command) is True  # 03:00 in Shanghai


def test_AF_R7_who_took_back_their_consent_to_service_is_not_told(desk: Desk) -> None:
    member = desk.enrol()
    _decide(desk, member, Purpose.SERVICE, is_granted=False)
    assert _receipt(desk, member) is False
    _decide(desk, member, Purpose.SERVICE, is_granted=True)
    assert _receipt(desk, member) is True
    assert len(_messages(desk, member)) == 1


def test_a_message_is_read_by_its_member_alone_and_the_first_time_stays(desk: Desk) -> None:
    owner, other = desk.enrol(), desk.enrol()
    _receipt(desk, owner)
    _receipt(desk, owner)
    newest = _messages(desk, owner)[0].id

    with pytest.raises(MessageUnknown):
        desk.do(inbox.read_message, member_id=other, message_id=newest)
    assert desk.ask(inbox.count_unread, member_id=owner) == 2
    for minutes in (0, 5):
        read = desk.do(
            inbox.read_message, NOON + timedelta(minutes=minutes), member_id=owner, message_id=newest
        )  # fmt: skip
        assert read.read_at == NOON
    assert desk.ask(inbox.count_unread, member_id=owner) == 1
    with pytest.raises(MessageUnknown):
        desk.do(inbox.read_message, member_id=owner, message_id=MessageId(2**60))


def test_messages_are_seen_by_staff_and_read_by_none_of_them(desk: Desk, actor_with) -> None:  # type: ignore[no-untyped-def]
    member = desk.enrol()
    _receipt(desk, member)
    [message] = _messages(desk, member)
    staff = actor_with(VIEW, ENROL)

    with pytest.raises(PermissionDenied):
        perform(inbox.read_message, actor=staff, member_id=member, message_id=message.id)
    assert _messages(desk, member)[0].read_at is None


def test_pages_of_messages_go_back_to_the_first(desk: Desk) -> None:
    member = desk.enrol()
    for _ in range(3):
        _receipt(desk, member)
    first = desk.ask(inbox.list_messages, member_id=member, limit=2)
    rest = desk.ask(inbox.list_messages, member_id=member, before_id=first[-1].id, limit=2)
    ids = [message.id for message in (*first, *rest)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 3


def test_messages_move_with_a_merge_and_return_with_a_split(desk: Desk) -> None:
    kept, absorbed = desk.enrol(), desk.enrol()
    for member in (kept, absorbed):
        _receipt(desk, member)
    desk.do(merging.merge_members, command=MergeMembers(kept_id=kept, absorbed_id=absorbed, reason='same'))
    late = str(uuid4())
    assert _receipt(desk, absorbed, late) is True  # an event that was on its way while they merged
    assert len(_messages(desk, kept)) == 3

    desk.do(merging.split_member, NOON + timedelta(hours=1), command=SplitMember(absorbed_id=absorbed, reason='twins'))

    assert len(_messages(desk, kept)) == 1
    assert [message.receipt_key == late for message in _messages(desk, absorbed)] == [True, False]


def test_closing_erases_messages_and_no_late_event_brings_one_back(desk: Desk) -> None:
    member = desk.enrol()
    _receipt(desk, member)
    desk.do(enrolment.request_closing, EPOCH, member_id=member)
    desk.do(enrolment.close_due_members, EPOCH + timedelta(days=15))

    assert _messages(desk, member) == []
    assert _receipt(desk, member) is False
    assert _messages(desk, member) == []


def test_a_stranger_is_not_told(desk: Desk) -> None:
    with pytest.raises(MemberUnknown):
        _receipt(desk, MemberId(2**60))
