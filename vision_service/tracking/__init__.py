"""Tracking (跟踪): who is who from frame to frame, on the floor where the camera is calibrated."""
