"""The business of a shopping mall: one package per slice over the shared kernel (`domain.shared`).

Plain synchronous Python. Nothing here knows NiceGUI, HTTP, MQTT or a camera; time, actor and session come in as
arguments. A slice's public face is `operations`, `queries`, `commands`, `views`, `events`, `permissions`, `ports`.
"""
