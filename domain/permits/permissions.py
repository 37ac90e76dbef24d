"""What one may do with filings and permits. The review steps of a filing have permissions of their own."""

from domain.shared.permission import Permission

VIEW = Permission('permits.view', zh='查看申报与许可', en='View filings and permits')
FILE = Permission('permits.file', zh='提交活动申报与许可申请', en='File promotions and ask for permits')
MANAGE_SPACES = Permission('permits.manage_spaces', zh='维护可预订场地', en='Maintain bookable spaces')
SETTLE = Permission('permits.settle', zh='结算活动共担费用', en='Settle shared costs of promotions')
APPROVE_SETTLEMENT = Permission(
    'permits.approve_settlement', zh='批准活动费用结算', en='Approve settlements of promotions'
)
CHECK = Permission('permits.check', zh='在出入口核验许可', en='Check permits at the gate')
REVIEW_OPERATIONS = Permission('permits.review_operations', zh='营运审核', en='Review for operations')
REVIEW_SAFETY = Permission('permits.review_safety', zh='消防与噪声审核', en='Review for fire and noise')
REVIEW_PRICES = Permission('permits.review_prices', zh='价格真实性审核', en='Review prices')
