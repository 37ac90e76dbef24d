"""Cameras as people see them: the wall, one camera with its layout, and the ways people take (摄像机)."""
