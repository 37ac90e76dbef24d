"""Cameras shared between processes by leases: each is watched by one, and by another when that one dies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

MEMBER = """INSERT INTO vision.fleet_member (holder, until) VALUES ($1, now() + $2 * interval '1 second')
ON CONFLICT (holder) DO UPDATE SET until = excluded.until"""
GONE = 'DELETE FROM vision.fleet_member WHERE until < now()'
KNOWN = 'INSERT INTO vision.camera_lease (camera) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING'
RENEW = """UPDATE vision.camera_lease SET until = now() + $2 * interval '1 second'
WHERE holder = $1 AND until >= now() RETURNING camera"""
TAKE = """UPDATE vision.camera_lease SET holder = $1, until = now() + $2 * interval '1 second' WHERE camera IN (
  SELECT camera FROM vision.camera_lease WHERE camera = ANY($3::text[]) AND (holder IS NULL OR until < now())
  ORDER BY camera LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING camera"""
RELEASE = 'UPDATE vision.camera_lease SET holder = NULL, until = NULL WHERE holder = $1 AND camera = ANY($2::text[])'
LEAVE = 'DELETE FROM vision.fleet_member WHERE holder = $1'


@dataclass(frozen=True, slots=True)
class Share:
    """What this process holds, and what of it is more than its share: stop that first, then release it."""

    held: frozenset[str]
    surplus: frozenset[str]


class Leases:
    """One process's part. All times are the database's, so nobody's own clock matters."""

    def __init__(self, url: str, holder: str, *, capacity: int, lease_s: float = 30.0) -> None:
        self.lease_s = lease_s
        self._url = url.replace('asyncpg://', 'postgresql://', 1)
        self._holder = holder
        self._capacity = capacity

    async def hold(self, cameras: Sequence[str]) -> Share:
        """Renews what is held and takes what is free, up to the capacity and to an even share among those alive."""
        connection = await asyncpg.connect(self._url, timeout=5)
        try:
            async with connection.transaction():
                await connection.execute(GONE)
                await connection.execute(MEMBER, self._holder, self.lease_s)
                await connection.execute(KNOWN, list(cameras))
                members = await connection.fetchval('SELECT count(*) FROM vision.fleet_member')
                share = min(self._capacity, math.ceil(len(cameras) / members))
                held = {row['camera'] for row in await connection.fetch(RENEW, self._holder, self.lease_s)}
                room = max(share - len(held), 0)
                taken = await connection.fetch(TAKE, self._holder, self.lease_s, list(cameras), room)
        finally:
            await connection.close()
        wanted = held & set(cameras)
        kept = set(sorted(wanted)[:share])
        return Share(frozenset(wanted | {row['camera'] for row in taken}), frozenset(held - kept))

    async def release(self, cameras: Sequence[str], *, leave: bool = False) -> None:
        """Others may watch these at once; `leave` when this process ends."""
        connection = await asyncpg.connect(self._url, timeout=5)
        try:
            await connection.execute(RELEASE, self._holder, list(cameras))
            if leave:
                await connection.execute(LEAVE, self._holder)
        finally:
            await connection.close()
