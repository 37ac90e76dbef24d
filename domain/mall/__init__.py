"""The property (物业): group → mall → building → floor → unit, zone, door, connector; opening hours; the calendar.

Vocabulary: group 集团, mall 商场, building 楼栋, floor 楼层, unit 铺位, zone 区域, door 门, connector 垂直交通
(escalator 扶梯, lift 电梯), trade category 业态, opening hours 营业时间, closure 闭店, business day 营业日,
workday 工作日, make-up workday 调休上班日, Spring Festival 春节, eve 除夕.

Geometry is GeoJSON in metres on the floor's sheet: origin in the north-west corner, x to the east, y to the south. All
floors of a building share one sheet, so things above each other have equal coordinates.

A door is where people are counted. Its `inward` direction is what *in* means: into the mall at outer doors, into the
shop at shop doors, onto this floor at the inner doors of escalators and lifts. So the people on a floor are the sum of
in − out over its outer and inner doors. Along `line` from its first to its second point, `inward` lies where the cross
product is positive.

Invariants: codes are unique within a mall, and no zone bears the code of a unit; every shop door leads to a unit of its
floor; a plan imported twice changes nothing; what a new plan no longer names becomes inactive and is never deleted.
"""
