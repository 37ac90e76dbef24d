"""The outside world: one package per partner or protocol, the REST API, and the simulator that speaks for them."""
