"""The frame around every page: who is there, which mall, where to go, and what may be opened.

`pages.py` is the registry that slices fill; `registration.py` alone turns it into routes, each guarded by its declared
permission; `frames.py` draws the frames; `paths.py` is how slices link to each other without importing each other.
"""
