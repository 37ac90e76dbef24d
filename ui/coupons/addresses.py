"""Addresses of the coupons' pages, in the order of their tabs."""

from ui.shell import paths

TEMPLATES = paths.COUPONS
STACKING = f'{TEMPLATES}/stacking'
DESK = f'{TEMPLATES}/desk'

NAMES = {TEMPLATES: 'templates', STACKING: 'stacking', DESK: 'desk'}
