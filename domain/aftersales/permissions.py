"""What one may do after a sale."""

from domain.shared.permission import Permission

VIEW = Permission('aftersales.view', zh='查看售后', en='View after-sales')
CLAIM = Permission('aftersales.claim', zh='提交拍照积分', en='Submit photographed receipts')
REVIEW = Permission('aftersales.review', zh='审核拍照积分', en='Review photographed receipts')
REQUEST = Permission('aftersales.request', zh='提交售后申请', en='Ask for after-sales service')
ANSWER = Permission('aftersales.answer', zh='处理售后申请', en='Answer after-sales requests')
RUN = Permission('aftersales.run', zh='运行售后时限检查', en='Run the after-sales schedules')
