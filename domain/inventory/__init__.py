"""Inventory (库存): what lies where, whose it is, and every move that brought it there.

Vocabulary: item 商品, barcode 条码, lot 批次, expiry 效期, location 库位, quant 库存量, move 库存流水,
receipt 入库, sale 出库, transfer 调拨, in transit 在途, write-off 报损, blind count 盲盘, recount 复盘, variance 差异,
recall 召回, own 自营, concession 联营, consignment 代销, commission 扣点, FEFO 先到期先出, oversold 超卖,
moving average 移动加权平均.

Invariants
- A move is never edited, and its key is used once; what lies somewhere is the sum of its moves.
- A posting is one SQL statement: it takes from quants under their lock, and none falls below zero but where the item
  allows it, which is then on record as oversold (IN-R4).
- A count is compared with the balance at the instant of counting, never with another moment's (IN-R1).
- What is expired or recalled is not sold, whatever the shelf shows (IN-R8).
"""
