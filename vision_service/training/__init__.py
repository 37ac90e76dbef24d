"""Making the service's own weights: synthetic people, losses, schedules, pruning, export. Needs the `torch` extra."""
