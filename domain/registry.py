"""Everything the slices declare, in one place: tables for migrations, permissions for roles.

The one module of `domain` that knows every slice; nothing in `domain` imports it.
"""

from importlib import import_module
from types import ModuleType

from sqlmodel import SQLModel

from domain.shared.permission import Permission

SLICES = (
    'shared',
    'identity',
    'mall',
    'devices',
    'footfall',
    'members',
    'coupons',
    'payments',
    'sales',
    'aftersales',
    'approvals',
    'leasing',
    'utilities',
    'billing',
    'permits',
    'tenancy',
    'webhooks',
    'inventory',
    'purchasing',
    'benchmarks',
    'safety',
    'district',
)


def metadata() -> object:
    """The metadata with every slice's tables in it."""
    for name in SLICES:
        _module(name, 'models')
    return SQLModel.metadata


def permissions() -> dict[str, Permission]:
    """Every declared permission by code."""
    found: dict[str, Permission] = {}
    for name in SLICES:
        module = _module(name, 'permissions')
        for value in vars(module).values() if module else ():
            if isinstance(value, Permission):
                found[value.code] = value
    return found


def above_malls() -> dict[str, str]:
    """Tables without a mall, with the reason, as the slices' `models.ABOVE_MALLS` give it."""
    found: dict[str, str] = {}
    for name in SLICES:
        found |= getattr(_module(name, 'models'), 'ABOVE_MALLS', {})
    return found


def _module(slice_name: str, module: str) -> ModuleType | None:
    path = f'domain.{slice_name}.{module}'
    try:
        return import_module(path)
    except ModuleNotFoundError as error:
        if error.name not in (path, f'domain.{slice_name}'):
            raise
        return None
