"""The gateway's own books: orders, what their payers do, refunds. One lock; no protocol."""

import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

FEE_BASIS_POINTS = 38


class Behaviour(StrEnum):
    """What a payer, or the gateway, does. A scanned code orders it by its last two digits, a test by name."""

    PAYS = '00'
    TYPES_THEN_PAYS = '01'  # USERPAYING, then paid at the second question
    TYPES_FOR_EVER = '02'  # USERPAYING until it is cancelled
    TYPES_EVEN_WHEN_CANCELLED = '03'  # 撤销 answers USERPAYING once; the next question says paid
    IS_BROKE = '04'
    GATEWAY_TIMES_OUT = '05'  # the money moves, the answer is lost

    @classmethod
    def of_code(cls, auth_code: str) -> 'Behaviour':
        return next((one for one in cls if auth_code.endswith(one.value)), cls.PAYS)


class State(StrEnum):
    CREATED = 'created'
    PAYING = 'paying'
    PAID = 'paid'
    CLOSED = 'closed'


@dataclass(slots=True)
class Order:
    out_no: str
    fen: int
    subject: str
    notify_url: str
    show: str = ''
    behaviour: Behaviour = Behaviour.PAYS
    state: State = State.CREATED
    transaction_no: str = ''
    paid_at: datetime | None = None
    questions: int = 0
    cancels: int = 0
    refunds: dict[str, int] = field(default_factory=dict)

    @property
    def refunded(self) -> int:
        return sum(self.refunds.values())


class Orders:
    """Everything one merchant asked of one channel."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._orders: dict[str, Order] = {}
        self._lock = threading.RLock()

    def find(self, out_no: str) -> Order | None:
        return self._orders.get(out_no)

    def all(self) -> list[Order]:
        return list(self._orders.values())

    def show(self, out_no: str, fen: int, subject: str, notify_url: str, *, scheme: str) -> Order:
        """An order that waits to be scanned; asked for twice it is one."""
        with self._lock:
            order = self._orders.get(out_no)
            if order is None:
                order = Order(out_no, fen, subject, notify_url, show=f'{scheme}{secrets.token_urlsafe(9)}')
                self._orders[out_no] = order
            return order

    def charge(self, out_no: str, fen: int, subject: str, auth_code: str) -> Order:
        """A scanned code: paid, refused, or the payer is typing; asked for twice it is one."""
        with self._lock:
            order = self._orders.get(out_no)
            if order is None:
                order = Order(out_no, fen, subject, '', behaviour=Behaviour.of_code(auth_code))
                self._orders[out_no] = order
                if order.behaviour in (Behaviour.PAYS, Behaviour.GATEWAY_TIMES_OUT):
                    self.pay(order)
                elif order.behaviour is Behaviour.IS_BROKE:
                    order.state = State.CLOSED
                else:
                    order.state = State.PAYING
            return order

    def pay(self, order: Order) -> bool:
        """Moves the money; False where it cannot any more."""
        with self._lock:
            if order.state in (State.PAID, State.CLOSED):
                return False
            order.state, order.paid_at = State.PAID, datetime.now(UTC).replace(microsecond=0)
            order.transaction_no = f'{self._prefix}{order.paid_at:%Y%m%d%H%M%S}{secrets.randbelow(10**10):010d}'
            return True

    def ask(self, order: Order) -> State:
        """A question; payers who type come to an end with the second."""
        with self._lock:
            order.questions += 1
            if order.state is State.PAYING and order.behaviour is Behaviour.TYPES_THEN_PAYS and order.questions > 1:
                self.pay(order)
            if order.behaviour is Behaviour.TYPES_EVEN_WHEN_CANCELLED and order.cancels:
                self.pay(order)
            return order.state

    def cancel(self, order: Order) -> State:
        """撤销: CLOSED, with the money back; PAYING where the gateway cannot say yet."""
        with self._lock:
            order.cancels += 1
            if order.behaviour is Behaviour.TYPES_EVEN_WHEN_CANCELLED and order.cancels == 1:
                return State.PAYING
            if order.state is State.PAID:
                order.refunds['cancelled'] = order.fen - order.refunded
            order.state = State.CLOSED
            return order.state

    def refund(self, order: Order, number: str, fen: int) -> bool:
        """Gives back; the same number again is the same refund. False for more than there is."""
        with self._lock:
            if order.state is not State.PAID:
                return False
            if number in order.refunds:
                return order.refunds[number] == fen
            if not 0 < fen <= order.fen - order.refunded:
                return False
            order.refunds[number] = fen
            return True


def fee_of(fen: int) -> int:
    """The channel's fee, rounded half up on each payment."""
    size = (2 * abs(fen) * FEE_BASIS_POINTS + 10_000) // 20_000
    return size if fen >= 0 else -size
