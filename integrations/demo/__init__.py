"""The demo (演示): the whole platform on one machine, around a simulated mall.

`run` starts and ends everything; `seeding` fills an empty database with malls, people, devices and history; `playing`
plays the devices. Nothing here is a branch in the product: it uses the same operations, protocols and processes as a
real site.
"""
