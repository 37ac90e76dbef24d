"""Devices (设备): what counts, sees, shows and unlocks in a mall; whether it lives, and whether to believe it.

设备 device: a counter, camera, kiosk, locker …, known by a code unique in its mall. 会话 session: one connection of a
device, numbered by its epoch (会话序号). 读数 reading: one numbered fact; (device, number) names it for ever.
时钟偏差 clock skew: a device's clock minus ours. 告警 alarm: opened by the platform, acknowledged (确认) by a person,
cleared when its cause is gone. 隔离区 quarantine: messages that cannot be recorded, kept with the reason.
静默 silence: nothing heard for too long. 画面冻结 frozen: the same picture again and again. 遮挡 blind: no picture.

Invariants
- A reading is admitted exactly once (DV-R6), in whatever order the broker brings it.
- What is acknowledged to a device is committed: recorded, or kept in quarantine with its bytes and a reason.
- A late last will of an older session changes nothing (DV-R2); a stale retained "online" proves nothing (DV-R7).
- An alarm of silence is opened by comparing `last_seen_at` in the very statement that opens it, under the lock that
  the intake takes (DV-R1); at most one alarm per device and kind is open.
- A clock off by more than 5 min is not believed (DV-R5); a smaller skew is corrected and on record.
"""
