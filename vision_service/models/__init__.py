"""Detectors (人体检测): the networks and the weight-free ones, all behind one protocol."""
