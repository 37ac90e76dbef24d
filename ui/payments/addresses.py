"""Addresses of the payment pages, in the order of their tabs."""

from ui.shell import paths

CHANNELS = paths.PAYMENTS
EXCEPTIONS = f'{CHANNELS}/exceptions'
REFUNDS = f'{CHANNELS}/refunds'
CARDS = f'{CHANNELS}/cards'

NAMES = {CHANNELS: 'channels', EXCEPTIONS: 'exceptions', REFUNDS: 'refunds', CARDS: 'cards'}
