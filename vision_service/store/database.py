"""Where the summaries live: a schema of the service's own, changed only by its own migrations."""

from typing import Any

APP = 'vision'


def configuration(url: str) -> dict[str, Any]:
    """For Tortoise; `url` is `asyncpg://…` (migrations do not run over psycopg).

    NOTE: with the schema on the search path Tortoise keeps its list of migrations there, too, and not in `public`.
    """
    separator = '&' if '?' in url else '?'
    return {
        'connections': {'default': f'{url}{separator}schema={APP}'},
        'apps': {
            APP: {
                'models': ['vision_service.store.models'],
                'migrations': 'vision_service.store.migrations',
                'default_connection': 'default',
            }
        },
        'use_tz': True,
        'timezone': 'UTC',
    }
