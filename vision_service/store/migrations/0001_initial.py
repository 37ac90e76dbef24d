"""The first tables: cameras, counts by the minute, ways. Their schema is made before, by `archive.prepare`."""

# ruff: noqa: E501, RUF012
from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name='CameraRecord',
            fields=[
                ('code', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('floor', fields.CharField(null=True, max_length=16)),
                ('state', fields.CharField(max_length=16)),
                ('detail', fields.TextField(unique=False)),
                ('updated_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                'table': 'camera',
                'schema': 'vision',
                'app': 'vision',
                'pk_attr': 'code',
                'table_description': 'A camera as last configured and last seen.',
            },
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MinuteCount',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('camera', fields.CharField(max_length=64)),
                ('line', fields.CharField(max_length=64)),
                ('minute_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('entered', fields.IntField()),
                ('left', fields.IntField()),
            ],
            options={
                'table': 'minute_count',
                'schema': 'vision',
                'app': 'vision',
                'unique_together': (('camera', 'line', 'minute_at'),),
                'pk_attr': 'id',
                'table_description': 'Crossings of a line within a minute.',
            },
            bases=['Model'],
        ),
        ops.CreateModel(
            name='TrackSummary',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('camera', fields.CharField(max_length=64)),
                ('token', fields.CharField(max_length=64)),
                ('first_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ('pictures', fields.IntField()),
                ('first_x', fields.FloatField()),
                ('first_y', fields.FloatField()),
                ('last_x', fields.FloatField()),
                ('last_y', fields.FloatField()),
            ],
            options={
                'table': 'track_summary',
                'schema': 'vision',
                'app': 'vision',
                'unique_together': (('camera', 'token', 'first_at'),),
                'pk_attr': 'id',
                'table_description': "A person's way through one camera's view: when and where from and to; no picture, no name that outlives the day.",
            },
            bases=['Model'],
        ),
    ]
