"""Birthdays and ages. Rule PT-R13."""

from datetime import date

from domain.members.schemes import LeapBirthday

GUARDED_BELOW = 14  # Personal Information Protection Law, article 31
BANDS = ((65, '65+'), (55, '55-64'), (45, '45-54'), (35, '35-44'), (25, '25-34'), (18, '18-24'), (-1, '0-17'))


def birthday_in(year: int, born_on: date, leap: LeapBirthday) -> date:
    """The day of a year on which a member celebrates."""
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28) if leap is LeapBirthday.FEB_28 else date(year, 3, 1)


def is_birthday(day: date, born_on: date | None, leap: LeapBirthday) -> bool:
    return born_on is not None and birthday_in(day.year, born_on, leap) == day


def age_on(day: date, born_on: date) -> int:
    """Completed years; whoever is born on 29 February completes one on 1 March in other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def needs_guardian(day: date, born_on: date | None) -> bool:
    return born_on is not None and age_on(day, born_on) < GUARDED_BELOW


def age_band(day: date, born_on: date | None) -> str | None:
    """Ten-year bands, the youngest and the oldest wider."""
    if born_on is None:
        return None
    age = age_on(day, born_on)
    return next(name for low, name in BANDS if age >= low)
