"""Servers that run inside the product for demo and tests: PostgreSQL and an MQTT broker."""
