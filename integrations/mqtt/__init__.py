"""Devices in (设备接入): the MQTT contract, the ingest worker and a reference device.

A device numbers its readings and keeps them until the platform's acknowledgement; the worker commits
batches, one transaction per mall, and only then acknowledges, to the broker (PUBACK) and to the device
(``…/ack``). So a reading is recorded exactly once, whichever of device, broker, worker or database dies.
"""
