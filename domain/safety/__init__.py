"""Safety (安全管理): what cameras hint at, and the person who looks at it.

Terms: hazard (险情), alarm (告警), clip (片段), verification (核实), confirm (确认), dismiss (排除),
false alarm (误报), detector (探测器), manual call point (手动报警按钮), linkage (联动).

Invariants: vision never drives fire equipment (SE-R1), it asks a person; a flickering alarm is one hazard (SE-R2); a
clip is opened by those alone who may, marketing never, and every viewing is on record (SE-R11).
"""
