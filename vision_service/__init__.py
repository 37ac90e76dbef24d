"""Cameras (视觉服务): detection, tracking, counting and re-identification; `contracts` is its only public module."""
