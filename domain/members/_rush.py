"""Points given to many who come at the same moment (抢积分): each his own entry and lot, all in one statement."""

from collections.abc import Sequence

from sqlmodel import Session

from domain.members import _posting, _settling
from domain.members._loading import Footing, clock_of, load_footings
from domain.members._rules.lots import add_months, end_of_day
from domain.members.commands import GrantPoints
from domain.members.schemes import EarnScheme
from domain.members.views import RunReport
from domain.shared.journal import NewEntry
from domain.shared.journal_batch import AlongsideAll, post_all
from domain.shared.together import Call, Shareable

MOST_POINTS = 1_000_000_000

# Lots that are alike cannot be told apart, so which of them goes to which of the alike entries is of no account.
_STEPS = (
    """given AS MATERIALIZED (
    SELECT g.*, fresh.entry_id, row_number() OVER (
        PARTITION BY g.member_id, g.points, g.earned_at, g.expires_at, g.funder ORDER BY fresh.entry_id) AS number
    FROM unnest(CAST(:lot_places AS int[]), CAST(:members AS bigint[]), CAST(:points AS bigint[]),
        CAST(:earned AS timestamptz[]), CAST(:ends AS timestamptz[]), CAST(:funders AS text[]))
        AS g(place, member_id, points, earned_at, expires_at, funder) JOIN fresh ON fresh.place = g.place)""",
    """lots AS (
    INSERT INTO point_lot (mall_id, member_id, origin_id, source, state, granted, remaining, earned_at, available_at,
        expires_at, funder)
    SELECT app_mall(), member_id, member_id, 'grant', 'available', points, points, earned_at, earned_at, expires_at,
        funder FROM given RETURNING id, member_id, granted, earned_at, expires_at, funder)""",
    """numbered AS (
    SELECT lots.*, row_number() OVER (
        PARTITION BY member_id, granted, earned_at, expires_at, funder ORDER BY id) AS number FROM lots)""",
    """lots_noted AS (
    INSERT INTO point_movement (mall_id, lot_id, entry_id, kind, amount, occurred_at)
    SELECT app_mall(), n.id, g.entry_id, 'grant', g.points, g.earned_at
    FROM numbered n JOIN given g ON (g.member_id, g.points, g.earned_at, g.expires_at, g.funder, g.number)
        = (n.member_id, n.granted, n.earned_at, n.expires_at, n.funder, n.number) RETURNING 1)""",
)


def grant_together(session: Session, calls: Sequence[Call]) -> list[RunReport | None]:
    """Grants of one mall; those that are not plain (a merged member, a debt to fill, a known key) are left over."""
    now = max(call.now for call in calls)
    standing = load_footings(session, {call.command.member_id for call in calls}, now=now)
    plain: dict[int, tuple[Call, Footing]] = {}
    keys: set[str] = set()
    for place, call in enumerate(calls):
        on = standing.get(call.command.member_id)
        if on and _is_plain(call.command, on) and call.command.key not in keys:
            keys.add(call.command.key)
            plain[place] = call, on
    posted = _post(session, plain) if plain else {}
    return [RunReport(done=1, points=call.command.points) if n in posted else None for n, call in enumerate(calls)]


def lifetime_months(on: Footing) -> int:
    """How long points last under the rules in force."""
    return EarnScheme.model_validate(on.earn).lifetime_months


def _is_plain(command: GrantPoints, on: Footing) -> bool:
    return on.earn is not None and not on.is_unsettled and 0 < command.points <= MOST_POINTS


def _post(session: Session, plain: dict[int, tuple[Call, Footing]]) -> dict[int, object]:
    first = next(iter(plain.values()))[1]
    clock, lifetime = clock_of(session, first.mall_id), lifetime_months(first)
    entries: dict[int, NewEntry] = {}
    ends = []
    for place, (call, on) in plain.items():
        command: GrantPoints = call.command
        moment = _settling.moment_at(session, on.mall_id, call.now, call.now)
        amounts = {on.available_account_id: command.points, on.issued_account_id: -command.points}
        entries[place] = _posting.new_entry('points.grant', command.key, amounts, moment, command.source)
        expires_on = command.expires_on or add_months(clock.local(call.now).date(), lifetime)
        ends.append(end_of_day(expires_on, clock.zone))
    return dict(post_all(session, entries, now=max(call.now for call, _ in plain.values()), alongside=AlongsideAll(
        steps=_STEPS, facts={
            'lot_places': list(plain), 'members': [on.member_id for _, on in plain.values()],
            'points': [call.command.points for call, _ in plain.values()],
            'earned': [call.now for call, _ in plain.values()], 'ends': ends,
            'funders': [call.command.funder for call, _ in plain.values()],
        },
    )))  # fmt: skip


TOGETHER: Shareable[RunReport] = Shareable(run=grant_together, group=lambda command: 'grant')
