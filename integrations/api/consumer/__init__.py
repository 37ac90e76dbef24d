"""The mini-program's backend: `/api/v1/me/…`, where a member reaches what is theirs, and nothing else.

An application of its own beside the API of machines: other credentials (a token from a one-time code), other limits,
and a description of its own at `/api/v1/me/openapi.json`. Every route names the member by the token alone; what another
member owns answers as what is not there.
"""
