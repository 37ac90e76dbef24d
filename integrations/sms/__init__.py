"""Text messages (短信): one adapter for a provider's HTTP interface, behind `domain.members.ports.SmsPort`."""
