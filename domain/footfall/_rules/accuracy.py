"""What a hand count says of a line: precision, recall, error, and whether its figures may go unmarked."""

from dataclasses import dataclass

PASS_MARK = 0.95  # of both precision and recall


@dataclass(frozen=True, slots=True)
class Accuracy:
    precision: float | None
    recall: float | None
    mape: float | None
    has_passed: bool
    is_best_case: bool


def assess(*, hand: tuple[int, int], system: tuple[int, int], matched: tuple[int, int] | None) -> Accuracy:
    """Judges a line by (in, out) counted by hand and by the system, and the system's crossings that were confirmed.

    Without confirmation the best case is assumed (as many matches as there can be), and said to be so.
    """
    agreed = matched or (min(hand[0], system[0]), min(hand[1], system[1]))
    precision = _share(sum(agreed), sum(system))
    recall = _share(sum(agreed), sum(hand))
    errors = [abs(counted - true) / true for true, counted in zip(hand, system, strict=True) if true]
    return Accuracy(
        precision=precision,
        recall=recall,
        mape=sum(errors) / len(errors) if errors else None,
        has_passed=(precision or 0.0) >= PASS_MARK and (recall or 0.0) >= PASS_MARK,
        is_best_case=matched is None,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
