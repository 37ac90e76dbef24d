"""What one may do with members and their points."""

from domain.shared.permission import Permission

VIEW = Permission('members.view', zh='查看会员', en='View members')
VIEW_PERSONAL = Permission('members.view_personal', zh='查看会员手机号', en="See members' phone numbers")
ENROL = Permission('members.enrol', zh='登记会员', en='Enrol members')
MANAGE = Permission('members.manage', zh='合并、拆分与注销会员', en='Merge, split and close members')
MANAGE_RULES = Permission('members.manage_rules', zh='维护会员规则', en='Maintain tiers, benefits, tags and earn rules')
USE_BENEFITS = Permission('members.use_benefits', zh='核销会员权益', en='Let members use benefits')
VIEW_POINTS = Permission('members.view_points', zh='查看积分', en='View points')
POST_POINTS = Permission('members.post_points', zh='积分入账与核销', en='Post and redeem points')
PROPOSE_ADJUSTMENT = Permission('members.propose_adjustment', zh='申请积分调整', en='Propose adjustments of points')
APPROVE_ADJUSTMENT = Permission('members.approve_adjustment', zh='审批积分调整', en='Approve adjustments of points')
REVIEW_RECEIPTS = Permission('members.review_receipts', zh='审核疑似重复小票', en='Review receipts held as duplicates')
RUN_LOYALTY = Permission('members.run_loyalty', zh='运行积分与等级批处理', en='Run the loyalty schedules')
VIEW_LIABILITY = Permission('members.view_liability', zh='查看积分负债', en='View the points liability')
READ_MESSAGES = Permission('members.read_messages', zh='阅读会员自己的消息', en="Read one's own messages as a member")
