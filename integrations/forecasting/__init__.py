"""Forecasts by augurs: seasons taken apart (MSTL), what is left carried on by exponential smoothing (ETS)."""

from collections.abc import Sequence

from domain.shared.forecasting import WEEK, Band, Unforecastable


class Augurs:
    """The port of `domain.shared.forecasting`. The library is loaded with the first forecast."""

    def forecast(self, history: Sequence[float], *, horizon: int, level: float) -> Band:
        """Days with a weekly season.

        :raises Unforecastable: when the library finds no model, or one whose figures are none.
        """
        import augurs
        import numpy

        model = augurs.MSTL.ets([WEEK])
        try:
            model.fit(numpy.asarray(history, dtype=float))
            told = model.predict(horizon, level)
        except Exception as error:  # it raises nothing narrower
            raise Unforecastable(str(error)) from error
        parts = [told.point(), told.lower(), told.upper()]
        if any(part is None or not numpy.isfinite(part).all() for part in parts):
            raise Unforecastable('the model ran away')
        point, lower, upper = (tuple(float(value) for value in part) for part in parts)
        return Band(point, lower, upper)
