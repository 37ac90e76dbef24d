"""How names are typed: 青岛啤酒 is found by `qingdaopijiu`, `qdpj` and by its own characters."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=20_000)
def pinyin_of(name: str) -> tuple[str, str]:
    """The whole reading and its initials, in lower case without spaces."""
    whole = lazy_pinyin(name)
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return ''.join(whole).lower().replace(' ', ''), ''.join(initials).lower().replace(' ', '')
