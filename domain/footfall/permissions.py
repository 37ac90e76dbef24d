"""What one may do with footfall."""

from domain.shared.permission import Permission

VIEW = Permission('footfall.view', zh='查看客流', en='View footfall')
EXPORT = Permission('footfall.export', zh='导出客流汇总', en='Export footfall aggregates')
EDIT_LAYOUT = Permission('footfall.edit_layout', zh='设置计数线与计数区', en='Set counting lines and zones')
AUDIT_ACCURACY = Permission('footfall.audit_accuracy', zh='记录人工核对', en='Record accuracy audits')
ANNOTATE = Permission('footfall.annotate', zh='标注与屏蔽客流时段', en='Annotate and mask footfall')
RECORD = Permission('footfall.record', zh='写入客流（系统）', en='Record footfall (system)')

PERMISSIONS = (VIEW, EXPORT, EDIT_LAYOUT, AUDIT_ACCURACY, ANNOTATE, RECORD)
