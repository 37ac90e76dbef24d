"""Devices (设备): which are well, what is wrong with the others, and what they sent that could not be recorded."""
