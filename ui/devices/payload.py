"""Raw bytes for people to read: indented where they are JSON, as text where they are text, else as a hex dump."""

import json
from contextlib import suppress

MOST_BYTES = 8_192
ROW = 16


def readable(payload: bytes) -> str:
    """The payload, or its beginning with a word on how much follows."""
    shown, rest = payload[:MOST_BYTES], len(payload) - MOST_BYTES
    with suppress(UnicodeDecodeError):
        text = payload.decode()
        if text.isprintable() or all(character.isprintable() or character in '\r\n\t' for character in text):
            return _cut(_indented(text))
    return _hex(shown) + (f'\n… +{rest} B' if rest > 0 else '')


def _indented(text: str) -> str:
    with suppress(ValueError, RecursionError):
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    return text


def _cut(text: str) -> str:
    return text if len(text) <= MOST_BYTES else f'{text[:MOST_BYTES]}\n… +{len(text) - MOST_BYTES}'


def _hex(data: bytes) -> str:
    rows = (data[start : start + ROW] for start in range(0, len(data), ROW))
    return '\n'.join(
        f'{place * ROW:06x}  {row.hex(" "):<{ROW * 3}} '
        f'{"".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)}'
        for place, row in enumerate(rows)
    )
