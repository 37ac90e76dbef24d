"""Footfall (客流): how many came, where they went and stayed, and how far the figures can be trusted."""
