"""Publishes crossings at QoS 1 as fast as a socket allows, or at a rate: it must not be the bottleneck.

Each message holds one reading whose `at` is the instant of its publishing, so that the database alone can tell how
long the way to the commit took. Run: python -m tests.benchmarks.mqtt_publisher PORT USER SECRET MALL DEVICES COUNT RATE
"""

import select
import socket
import struct
import sys
import time
from datetime import UTC, datetime

WINDOW = 4_000
PUBACK_BYTES = 4


def main(port: int, user: str, secret: str, mall: str, devices: int, count: int, rate: float, first: int) -> None:
    with socket.create_connection(('127.0.0.1', port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(_connect(user, secret))
        assert connection.recv(4)[3] == 0, 'the broker refused the publisher'
        connection.setblocking(False)
        _publish_all(connection, mall, devices, count, rate, first)


def _publish_all(connection: socket.socket, mall: str, devices: int, count: int, rate: float, first: int) -> None:
    """Send, keep the window, and read what the broker acknowledges."""
    topics = [f'atrium/v1/{mall}/bench-{number}/crossings'.encode() for number in range(devices)]
    out, sent, acked, spare = bytearray(), 0, 0, b''
    began = time.perf_counter()
    while acked < count:
        due = count if not rate else min(count, int((time.perf_counter() - began) * rate) + 1)
        while sent < min(due, acked + WINDOW) and len(out) < 65_536:
            out += _publish(topics[sent % devices], sent, first + sent // devices)
            sent += 1
        readable, writable, _ = select.select([connection], [connection] if out else [], [], 0.0005)
        if writable:
            del out[: connection.send(out)]
        if readable:
            spare += connection.recv(65_536)
            acked += len(spare) // PUBACK_BYTES
            spare = spare[len(spare) // PUBACK_BYTES * PUBACK_BYTES :]


def _publish(topic: bytes, index: int, seq: int) -> bytes:
    now = datetime.now(UTC).isoformat()
    body = (
        f'{{"v":1,"epoch":1,"sent_at":"{now}","oldest":1,"readings":[{{"seq":{seq},"at":"{now}",'
        f'"line":"{"door-east" if index % 2 else "door-west"}","direction":"{"in" if index % 3 else "out"}",'
        f'"track":"t{index}","group":null,"band":"adult","staff":[]}}]}}'
    ).encode()
    rest = struct.pack('!H', len(topic)) + topic + struct.pack('!H', index % 65_535 + 1) + body
    return b'\x32' + _length(len(rest)) + rest


def _connect(user: str, secret: str) -> bytes:
    words = b''.join(struct.pack('!H', len(word)) + word for word in (b'bench', user.encode(), secret.encode()))
    rest = b'\x00\x04MQTT\x04\xc2\x00\x3c' + words
    return b'\x10' + _length(len(rest)) + rest


def _length(number: int) -> bytes:
    """Write a remaining length as MQTT does: seven bits a byte."""
    coded = bytearray()
    while True:
        number, digit = divmod(number, 128)
        coded.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(coded)


if __name__ == '__main__':
    port, user, secret, mall, devices, count, rate, first = sys.argv[1:]
    main(int(port), user, secret, mall, int(devices), int(count), float(rate), int(first))
