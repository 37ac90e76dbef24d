"""Devices: registry, status, clock corrections, alarms, quarantine."""

import sqlalchemy as sa
from alembic import op

from domain.shared.migration import grant, protect_by_mall

revision = '0004_devices'
down_revision = '0003_mall'
branch_labels = None
depends_on = None

MALL_TABLES = {
    'device': ('SELECT', 'INSERT', 'UPDATE'),
    'device_status': ('SELECT', 'INSERT', 'UPDATE'),
    'clock_correction': ('SELECT', 'INSERT'),
    'device_alarm': ('SELECT', 'INSERT', 'UPDATE'),
    'quarantined_message': ('SELECT', 'INSERT', 'UPDATE', 'DELETE'),
}
OTHER_TABLES = {'stray_message': ('SELECT', 'INSERT', 'UPDATE', 'DELETE')}


def upgrade() -> None:
    _create_device()
    _create_status()
    _create_clock_correction()
    _create_alarm()
    _create_quarantine()
    for table, verbs in (MALL_TABLES | OTHER_TABLES).items():
        op.execute(grant(table, verbs))
    for table in MALL_TABLES:
        op.execute(protect_by_mall(table))


def downgrade() -> None:
    for table in reversed(MALL_TABLES | OTHER_TABLES):
        op.drop_table(table)


def _id() -> sa.Column:
    return sa.Column('id', sa.BigInteger, sa.Identity(), nullable=False)


def _mall(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column('mall_id', sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(['mall_id'], ['mall.id'], name=f'fk_{table}_mall_id'),
    )


def _device_of(table: str, column: str = 'device_id') -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ['device.id'], name=f'fk_{table}_{column}')


def _instant(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String, nullable=False) for name in names]


def _create_device() -> None:
    op.create_table(
        'device',
        _id(),
        *_mall('device'),
        *_words('code', 'name', 'kind', 'model', 'firmware'),
        sa.Column('floor_id', sa.BigInteger),
        sa.Column('x_m', sa.Float),
        sa.Column('y_m', sa.Float),
        sa.Column('parent_id', sa.BigInteger),
        sa.Column('secret_hash', sa.String),
        *_words('state'),
        sa.Column('silence_after_s', sa.Integer, nullable=False),
        _instant('registered_at'),
        sa.PrimaryKeyConstraint('id', name='pk_device'),
        sa.UniqueConstraint('mall_id', 'code', name='uq_device_mall_id_code'),
        sa.UniqueConstraint('mall_id', 'id', name='uq_device_mall_id_id'),
        sa.ForeignKeyConstraint(['mall_id', 'floor_id'], ['floor.mall_id', 'floor.id'], name='fk_device_mall_id_floor_id'),
        _device_of('device', 'parent_id'),
        sa.CheckConstraint("state IN ('active', 'maintenance', 'retired')", name='ck_device_state'),
        sa.CheckConstraint('silence_after_s > 0', name='ck_device_silence_after_s'),
    )
    op.create_index('ix_device_mall_id_floor_id', 'device', ['mall_id', 'floor_id'])


def _create_status() -> None:
    op.create_table(
        'device_status',
        sa.Column('device_id', sa.BigInteger, nullable=False),
        *_mall('device_status'),
        sa.Column('epoch', sa.BigInteger, nullable=False, server_default=sa.text('-1')),
        sa.Column('is_online', sa.Boolean, nullable=False, server_default=sa.text('false')),
        _instant('last_seen_at', nullable=True),
        sa.Column('picture', sa.String, nullable=False, server_default='ok'),
        sa.Column('clock_skews_ms', sa.ARRAY(sa.Integer), nullable=False, server_default=sa.text("'{}'")),
        sa.Column('correction_ms', sa.Integer, nullable=False, server_default=sa.text('0')),
        sa.Column('highest_seq', sa.BigInteger, nullable=False, server_default=sa.text('0')),
        sa.Column('oldest_seq', sa.BigInteger, nullable=False, server_default=sa.text('1')),
        sa.Column('gaps', sa.ARRAY(sa.BigInteger), nullable=False, server_default=sa.text("'{}'")),
        sa.Column('readings', sa.BigInteger, nullable=False, server_default=sa.text('0')),
        sa.PrimaryKeyConstraint('device_id', name='pk_device_status'),
        _device_of('device_status'),
        postgresql_with={'fillfactor': '70'},
    )
    op.create_index('ix_device_status_mall_id_last_seen_at', 'device_status', ['mall_id', 'last_seen_at'])


def _create_clock_correction() -> None:
    op.create_table(
        'clock_correction',
        _id(),
        *_mall('clock_correction'),
        sa.Column('device_id', sa.BigInteger, nullable=False),
        _instant('since'),
        sa.Column('skew_ms', sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_clock_correction'),
        _device_of('clock_correction'),
    )
    columns = ['mall_id', 'device_id', 'since']
    op.create_index('ix_clock_correction_mall_id_device_id_since', 'clock_correction', columns)


def _create_alarm() -> None:
    op.create_table(
        'device_alarm',
        _id(),
        *_mall('device_alarm'),
        sa.Column('device_id', sa.BigInteger, nullable=False),
        *_words('kind'),
        _instant('started_at'),
        _instant('opened_at'),
        sa.Column('occurrences', sa.Integer, nullable=False, server_default=sa.text('1')),
        *_words('detail'),
        _instant('acknowledged_at', nullable=True),
        sa.Column('acknowledged_by', sa.String),
        _instant('cleared_at', nullable=True),
        sa.PrimaryKeyConstraint('id', name='pk_device_alarm'),
        _device_of('device_alarm'),
        sa.CheckConstraint(
            "kind IN ('offline', 'silence', 'frozen', 'blind', 'clock_skew')", name='ck_device_alarm_kind'
        ),
    )
    op.create_index(
        'uq_device_alarm_open',
        'device_alarm',
        ['mall_id', 'device_id', 'kind'],
        unique=True,
        postgresql_where=sa.text('cleared_at IS NULL'),
    )
    op.create_index('ix_device_alarm_mall_id_opened_at', 'device_alarm', ['mall_id', 'opened_at'])


def _kept_bytes() -> list[sa.Column]:
    return [
        sa.Column('payload', sa.LargeBinary, nullable=False),
        sa.Column('payload_bytes', sa.Integer, nullable=False),
        sa.Column('digest', sa.LargeBinary, nullable=False),
    ]


def _create_quarantine() -> None:
    op.create_table(
        'quarantined_message',
        _id(),
        *_mall('quarantined_message'),
        *_words('device_code', 'topic', 'reason', 'detail'),
        *_kept_bytes(),
        sa.Column('skew_ms', sa.Integer, nullable=False),
        sa.Column('is_counted', sa.Boolean, nullable=False, server_default=sa.text('false')),
        sa.Column('occurrences', sa.Integer, nullable=False, server_default=sa.text('1')),
        sa.Column('state', sa.String, nullable=False, server_default='held'),
        _instant('received_at'),
        _instant('last_received_at'),
        sa.PrimaryKeyConstraint('id', name='pk_quarantined_message'),
        sa.UniqueConstraint('mall_id', 'digest', name='uq_quarantined_message_mall_id_digest'),
        sa.CheckConstraint("state IN ('held', 'retrying', 'released')", name='ck_quarantined_message_state'),
    )
    columns = ['mall_id', 'last_received_at']
    op.create_index('ix_quarantined_message_mall_id_last_received_at', 'quarantined_message', columns)
    op.create_table(
        'stray_message',
        _id(),
        *_words('topic', 'reason', 'detail'),
        *_kept_bytes(),
        sa.Column('occurrences', sa.Integer, nullable=False, server_default=sa.text('1')),
        _instant('received_at'),
        _instant('last_received_at'),
        sa.PrimaryKeyConstraint('id', name='pk_stray_message'),
        sa.UniqueConstraint('digest', name='uq_stray_message_digest'),
    )
