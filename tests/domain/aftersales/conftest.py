"""The shop of the sales tests."""

from tests.domain.sales.conftest import keys, shop

__all__ = ['keys', 'shop']
