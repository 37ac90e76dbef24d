"""Tables of the service's own schema: what it watched, summed up. Business facts live with the platform, not here."""

from tortoise import fields
from tortoise.models import Model

SCHEMA = 'vision'


class CameraRecord(Model):
    """A camera as last configured and last seen."""

    code = fields.CharField(max_length=64, primary_key=True)
    floor = fields.CharField(max_length=16, null=True)
    state = fields.CharField(max_length=16)
    detail = fields.TextField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = 'camera'
        schema = SCHEMA


class MinuteCount(Model):
    """Crossings of a line within a minute."""

    id = fields.BigIntField(primary_key=True)
    camera = fields.CharField(max_length=64)
    line = fields.CharField(max_length=64)
    minute_at = fields.DatetimeField()
    entered = fields.IntField()
    left = fields.IntField()

    class Meta:
        table = 'minute_count'
        schema = SCHEMA
        unique_together = (('camera', 'line', 'minute_at'),)


class TrackSummary(Model):
    """A person's way through one camera's view: when and where from and to; no picture, no name that outlives the day.

    Points are shares of the picture, so that another resolution does not change them.
    """

    id = fields.BigIntField(primary_key=True)
    camera = fields.CharField(max_length=64)
    token = fields.CharField(max_length=64)
    first_at = fields.DatetimeField()
    last_at = fields.DatetimeField(db_index=True)
    pictures = fields.IntField()
    first_x = fields.FloatField()
    first_y = fields.FloatField()
    last_x = fields.FloatField()
    last_y = fields.FloatField()

    class Meta:
        table = 'track_summary'
        schema = SCHEMA
        unique_together = (('camera', 'token', 'first_at'),)


class FleetMember(Model):
    """A process of the fleet, alive until then; by the database's clock."""

    holder = fields.CharField(max_length=64, primary_key=True)
    until = fields.DatetimeField()

    class Meta:
        table = 'fleet_member'
        schema = SCHEMA


class CameraLease(Model):
    """Who watches a camera, and until when nobody else may."""

    camera = fields.CharField(max_length=64, primary_key=True)
    holder = fields.CharField(max_length=64, null=True)
    until = fields.DatetimeField(null=True)

    class Meta:
        table = 'camera_lease'
        schema = SCHEMA
