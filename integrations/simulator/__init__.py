"""The simulated mall (模拟商场): a seeded world of shoppers that is the ground truth, and the devices that watch it.

`world` makes people with purposes walk the floor graph of a plan, enter shops, queue, dwell, buy, park and leave; the
same seed gives the same day. `player` lets the mall's devices report it through MQTT exactly as real ones would,
`history` fills months at once with the same trips, and `truth` answers what really happened, for tests to compare.

Vocabulary: party 同行 (people who walk together), purpose 目的, trip 行程, stop 停留点, arrival 到达,
ground truth 真值.

The world (`plan`, `routes`, `patterns`, `trips`, `world`, `truth`) knows neither MQTT nor the domain.
"""
