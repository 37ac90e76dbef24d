"""Addresses of the payment pages, in the order of their tabs."""

from ui.shell import paths

CHANNELS = paths.PAYMENTS
BANK = f'{CHANNELS}/bank'
EXCEPTIONS = f'{CHANNELS}/exceptions'
REFUNDS = f'{CHANNELS}/refunds'
CARDS = f'{CHANNELS}/cards'

NAMES = {CHANNELS: 'channels', BANK: 'bank', EXCEPTIONS: 'exceptions', REFUNDS: 'refunds', CARDS: 'cards'}
