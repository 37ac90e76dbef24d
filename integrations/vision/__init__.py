"""The vision service as the platform sees it: over HTTP and MQTT, by its contracts alone."""
