"""Inputs of benchmarks, validated and frozen."""

from datetime import date

from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeBenchmarks:
    """A month whose turnover is closed."""

    month: date
