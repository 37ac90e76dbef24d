"""Addresses of the after-sales pages, in the order of their tabs."""

from ui.shell import paths

REQUESTS = paths.AFTERSALES
CLAIMS = f'{REQUESTS}/claims'
SHOPS = f'{REQUESTS}/shops'

NAMES = {REQUESTS: 'requests', CLAIMS: 'claims', SHOPS: 'shops'}
