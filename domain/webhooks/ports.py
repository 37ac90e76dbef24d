"""What a sender outside the domain needs of its rules."""

from domain.webhooks._rules import is_public

__all__ = ['is_public']
