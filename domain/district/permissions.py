"""What one may do with payments of the district."""

from domain.shared.permission import Permission

RECEIVE = Permission('district.receive', zh='接收商圈通知', en='Receive notices of the district')
RUN = Permission('district.run', zh='运行商圈积分同步', en='Run the schedules of the district')
IMPORT_BILLS = Permission('district.import_bills', zh='导入商户账单', en='Import the bills of shops')
REPORT_PARKING = Permission('district.report_parking', zh='上报车辆进出', en='Report cars that come and leave')
