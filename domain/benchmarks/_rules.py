"""What may be told of peers, and what a shop's sales are made of. Pure; rule TA-R1."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from domain.shared.measure import Ratio

FEWEST_PEERS = 5
DOMINANT_SHARE = 0.60


@dataclass(frozen=True, slots=True)
class PeerFigure:
    """A figure of peers, or why there is none."""

    value: float | None
    hidden_because: str | None = None


def peer_figure(peers: Sequence[Ratio]) -> PeerFigure:
    """Σ numerators over Σ denominators of the peers, where they are enough and none outweighs the rest (rule TA-R1).
    A peer with nothing to divide by says nothing, so it does not count as one.
    """
    sound = [peer for peer in peers if peer.denominator > 0]
    if len(sound) < FEWEST_PEERS:
        return PeerFigure(None, 'too_few_peers')
    for parts in ([peer.numerator for peer in sound], [peer.denominator for peer in sound]):
        if sum(parts) > 0 and max(parts) > DOMINANT_SHARE * sum(parts):
            return PeerFigure(None, 'dominated')
    return PeerFigure(Ratio.total(sound).value)


@dataclass(frozen=True, slots=True)
class Funnel:
    """What a shop's sales are made of: passers-by, how many entered, how many bought, what they spent."""

    passers: int
    entrants: int
    receipts: int
    gto_fen: int

    @property
    def capture(self) -> Ratio:
        return Ratio(self.entrants, self.passers)

    @property
    def conversion(self) -> Ratio:
        return Ratio(self.receipts, self.entrants)

    @property
    def average_transaction(self) -> Ratio:
        return Ratio(self.gto_fen, self.receipts)


def explained_change(before: Funnel, after: Funnel) -> dict[str, float] | None:
    """How much of a change in sales came from footfall, capture, conversion and spending (logarithmic mean, so that the
    parts sum to the change and no order of factors is preferred); None where a factor is nothing.
    """
    pairs = {
        'footfall': (before.passers, after.passers),
        'capture': (before.capture.value, after.capture.value),
        'conversion': (before.conversion.value, after.conversion.value),
        'average_transaction': (before.average_transaction.value, after.average_transaction.value),
    }
    factors = {name: (old, new) for name, (old, new) in pairs.items() if old and new}
    if len(factors) < len(pairs) or min(before.gto_fen, after.gto_fen) <= 0:
        return None
    weight = _logarithmic_mean(after.gto_fen, before.gto_fen)
    return {name: weight * log(new / old) for name, (old, new) in factors.items()}


def _logarithmic_mean(one: float, other: float) -> float:
    return one if one == other else (one - other) / log(one / other)
