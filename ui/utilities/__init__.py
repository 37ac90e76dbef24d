"""Utilities (能耗): the tree of meters, one meter by the hour, what waits for a person, prices, losses and bills."""
