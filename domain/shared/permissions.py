"""Permissions of the platform itself."""

from domain.shared.permission import Permission

UPKEEP = Permission('platform.upkeep', zh='平台维护', en='Keep the platform in order')
VERIFY_AUDIT = Permission('platform.verify_audit', zh='核验审计日志', en='Verify the audit log')
