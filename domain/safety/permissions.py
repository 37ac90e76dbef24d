"""What one may do in safety."""

from domain.shared.permission import Permission

VIEW = Permission('safety.view', zh='查看险情', en='View hazards')
WATCH = Permission('safety.watch_cameras', zh='查看摄像机实时画面', en='Watch cameras live')
OPEN_CLIP = Permission('safety.open_clip', zh='打开险情片段', en='Open hazard clips')
REVIEW = Permission('safety.review', zh='核实险情', en='Verify hazards')
VIEW_LOG = Permission('safety.view_log', zh='查看调阅记录', en='View who watched what')
RECORD = Permission('safety.record', zh='写入消防信号（系统）', en='Record fire signals (system)')

PERMISSIONS = (VIEW, WATCH, OPEN_CLIP, REVIEW, VIEW_LOG, RECORD)
