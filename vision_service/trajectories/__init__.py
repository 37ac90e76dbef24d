"""Trajectories (动线): everybody's way over one floor plan, from zone to zone; told in sums, never one by one."""
