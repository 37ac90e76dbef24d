"""What the member was told (会员消息): receipts and returns."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from domain.members.commands import MessageId
from domain.members.inbox import count_unread, list_messages, read_message
from domain.members.views import MessageView
from domain.shared.operations import run_query
from integrations.api.consumer.access import Me
from integrations.api.idempotency import Key, once
from integrations.api.paging import Page, Paging, paging
from integrations.api.problems import responses

router = APIRouter(tags=['messages'])


class Inbox(Page[MessageView]):
    """A page of messages; `unread` counts all of them, not the page's."""

    unread: int


@router.get('/messages', responses=responses())
async def messages(me: Me, page: Annotated[Paging, Depends(paging)]) -> Inbox:
    """What one was told, the newest first: `words` and `told` say what, `title_…` and `body_…` are the sentences."""
    after = page.after_number()
    before = None if after is None else -after
    found = await run_query(list_messages, actor=me.actor, member_id=me.id, before_id=before, limit=page.limit + 1)
    unread = await run_query(count_unread, actor=me.actor, member_id=me.id)
    shown = page.of(found, lambda message: -message.id)
    return Inbox(items=shown.items, next_cursor=shown.next_cursor, unread=unread)


@router.post('/messages/{message_id}/read', responses=responses(404, 409))
async def read(
    me: Me, message_id: Annotated[int, Path(ge=1, le=2**62)], response: Response, key: Key = None
) -> MessageView:
    """Marks a message of one's own as read; the first time stays."""
    answer: MessageView = await once(
        read_message, actor=me.actor, key=key, response=response, member_id=me.id, message_id=MessageId(message_id)
    )
    return answer
