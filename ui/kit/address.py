"""The page's address as the place where search, filters, sort and page number live: reload and share keep the view."""

from collections.abc import Mapping
from urllib.parse import urlencode

from nicegui import ui


class Address:
    """Query parameters of one page of one client. Empty values are left out of the address."""

    def __init__(self, path: str, parameters: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.parameters = {name: value for name, value in (parameters or {}).items() if value}

    def get(self, name: str, default: str = '') -> str:
        """The value of a parameter."""
        return self.parameters.get(name, default)

    def integer(self, name: str, default: int, *, least: int = 0) -> int:
        """A whole number; what somebody typed into the address by hand and is none becomes the default."""
        text = self.parameters.get(name, '')
        return max(int(text), least) if text.isascii() and text.isdigit() and len(text) < 10 else default

    def update(self, **changes: str | int | None) -> None:
        """Change parameters and show them in the address bar, without a new entry in the history."""
        for name, value in changes.items():
            if value in (None, ''):
                self.parameters.pop(name, None)
            else:
                self.parameters[name] = str(value)
        ui.navigate.history.replace(str(self))

    def __str__(self) -> str:
        return f'{self.path}?{urlencode(self.parameters)}' if self.parameters else self.path
