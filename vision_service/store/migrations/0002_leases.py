"""Processes that share cameras: who is alive, and who watches what until when."""

# ruff: noqa: RUF012
from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [('vision', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='CameraLease',
            fields=[
                ('camera', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('holder', fields.CharField(null=True, max_length=64)),
                ('until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                'table': 'camera_lease',
                'schema': 'vision',
                'app': 'vision',
                'pk_attr': 'camera',
                'table_description': 'Who watches a camera, and until when nobody else may.',
            },
            bases=['Model'],
        ),
        ops.CreateModel(
            name='FleetMember',
            fields=[
                ('holder', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ('until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                'table': 'fleet_member',
                'schema': 'vision',
                'app': 'vision',
                'pk_attr': 'holder',
                'table_description': "A process of the fleet, alive until then; by the database's clock.",
            },
            bases=['Model'],
        ),
    ]
