"""The pictures of a report: one file each, (Report, Theme, row names) -> plotly Figure.

A diagnostic picture has the name of its `Finding`, which says what to look for and what was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.coefficient_intervals import coefficient_intervals, has_intervals
from dashboard.figures.fitted_curve import fitted_curve, has_fitted_curve
from dashboard.figures.fitted_line import fitted_line, has_band
from dashboard.figures.leverage import leverage
from dashboard.figures.loss_curve import loss_curve
from dashboard.figures.normal_qq import normal_qq
from dashboard.figures.partial_regression import features_with_a_part, partial_regression
from dashboard.figures.points import RowName
from dashboard.figures.predicted_against_actual import predicted_against_actual
from dashboard.figures.residual_histogram import residual_histogram
from dashboard.figures.residuals_against_fitted import residuals_against_fitted
from dashboard.figures.residuals_by_order import residuals_by_order
from dashboard.figures.scale_location import scale_location
from dashboard.theme import Theme
from linreg_core.inference import Finding, FitFigures, Report

__all__ = [
    "FIGURES",
    "Picture",
    "RowName",
    "features_with_a_part",
    "figures_for",
    "finding_of",
    "loss_curve",
    "partial_regression",
]


@dataclass(frozen=True)
class Picture:
    """A picture in the menu: `look_for` is "" where a Finding of the same name says it.

    `also` is what to look for besides where `has_more`.
    """

    name: str
    title: str
    draw: Callable[[Report, Theme, RowName], go.Figure]
    look_for: str = ""
    suits: Callable[[Report], bool] = lambda report: True
    also: str = ""
    has_more: Callable[[Report], bool] = lambda report: True

    def of(self, report: Report) -> Picture:
        """Return this picture as a report has it: nothing is promised that it does not show."""
        if not self.also or not self.has_more(report):
            return self
        return replace(self, look_for=f"{self.look_for} {self.also}", also="")


def _has_standardized(report: Report) -> bool:
    return bool(np.isfinite(report.diagnostics.standardized_residuals).any())


FIGURES: tuple[Picture, ...] = (
    Picture(
        "fitted_line",
        "Data and fitted line",
        fitted_line,
        "The line should run through the middle of the points everywhere.",
        lambda report: report.n_features == 1 and not has_fitted_curve(report),
        also="About 95 of 100 new points are expected in the wide band, and the line itself in the "
        "narrow one.",
        has_more=has_band,
    ),
    Picture(
        "fitted_curve",
        "Data and fitted curve",
        fitted_curve,
        "The curve should run through the middle of the points everywhere.",
        has_fitted_curve,
        also="About 95 of 100 new points are expected in the wide band, and the curve itself in "
        "the narrow one.",
        has_more=has_band,
    ),
    Picture(
        "predicted_against_actual",
        "Predicted against actual",
        predicted_against_actual,
        "The closer the points lie to the dotted line, the better the fit.",
        also="Test rows should lie as close as training rows.",
        has_more=lambda report: report.problem.n_test > 0,
    ),
    Picture(
        "coefficient_intervals",
        "Coefficients",
        coefficient_intervals,
        "An interval that crosses 0 leaves open whether the feature matters beside the others.",
        has_intervals,
    ),
    Picture(
        "residuals_against_fitted", "Residuals against fitted values", residuals_against_fitted
    ),
    Picture("normal_qq", "Normal Q-Q", normal_qq, suits=_has_standardized),
    Picture("scale_location", "Scale-location", scale_location, suits=_has_standardized),
    Picture("leverage", "Leverage", leverage, suits=_has_standardized),
    Picture("residual_histogram", "Histogram of residuals", residual_histogram),
    Picture("residuals_by_order", "Residuals in order", residuals_by_order),
)


def figures_for(report: Report, of_all: FitFigures | None = None) -> tuple[Picture, ...]:
    """Return the pictures that suit a report, in the order of a page.

    `of_all` are the figures of all rows, where the report is of a sample of them: what shows no
    single row is drawn of these.
    """
    pictures = FIGURES if of_all is None else tuple(_of_all(each, of_all) for each in FIGURES)
    return tuple(picture.of(report) for picture in pictures if picture.suits(report))


def _of_all(picture: Picture, figures: FitFigures) -> Picture:
    if picture.draw is not coefficient_intervals:
        return picture
    return replace(
        picture,
        draw=lambda report, theme, row_name: coefficient_intervals(figures, theme, row_name),
        suits=lambda report: has_intervals(figures),
    )


def finding_of(report: Report, name: str) -> Finding | None:
    """Return what was found in a picture, None where it has no test."""
    return next((each for each in report.findings if each.name == name), None)
