"""The cockpit (驾驶舱): today at a glance, for the desk, the phone and the wall. Moves by push, never by polling."""
