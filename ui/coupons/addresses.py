"""Addresses of the coupons' pages, in the order of their tabs."""

from ui.shell import paths

TEMPLATES = paths.COUPONS
REGISTER = f'{TEMPLATES}/register'
STACKING = f'{TEMPLATES}/stacking'
DESK = f'{TEMPLATES}/desk'

NAMES = {TEMPLATES: 'templates', REGISTER: 'register', STACKING: 'stacking', DESK: 'desk'}
