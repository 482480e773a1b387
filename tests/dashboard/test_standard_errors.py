"""The menu of standard errors in the report: one page, walked through as a person would."""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm
from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import query_of, quiet, run_of
from tests.dashboard.test_data_page import data_page, dropped, settings_of, texts_of

GENERATOR = np.random.default_rng(4)
X = GENERATOR.uniform(1, 9, 60)
Y = np.round(3 * X + X * GENERATOR.standard_normal(60), 3)
SCHOOLS = np.arange(60) * 7 % 12
TABLE = b"size,price,school\n" + b"".join(
    b"%.17g,%.17g,%s\n" % (x, y, b"" if i == 50 else b"S%d" % school)
    for i, (x, y, school) in enumerate(zip(X, Y, SCHOOLS, strict=True))
)


def errors_of(page: AppTest) -> list[float]:
    table = next(each.value for each in page.dataframe if "Standard error" in each.value)
    return [float(text) for text in table["Standard error"]]


def chosen(page: AppTest, key: str, value: object) -> AppTest:
    box = page.number_input(key=key) if key == "lags" else page.selectbox(key=key)
    return quiet(box.set_value(value).run())


def test_standard_errors_are_proposed_chosen_linked_and_taken_back() -> None:
    page = dropped(data_page(), TABLE)
    page = quiet(page.multiselect(key="features").set_value(["size"]).run())
    theirs = sm.OLS(Y, sm.add_constant(X)).fit()
    run, query = run_of(page), query_of(page)
    np.testing.assert_allclose(errors_of(page), theirs.bse, rtol=1e-3)
    assert "standard_errors" not in query

    page = quiet(page.button(key="use_robust").click().run())
    np.testing.assert_allclose(errors_of(page), theirs.HC3_se, rtol=1e-3)
    assert "F are HC3, with 58 degrees of freedom: each row's" in texts_of(page, "caption")
    assert (settings_of(page).standard_errors, run_of(page)) == ("HC3", run)
    assert not [each for each in page.button if each.key == "use_robust"]

    page = chosen(page, "standard_errors", "newey_west")
    page = chosen(page, "lags", 2)
    lagged = theirs.get_robustcov_results("HAC", maxlags=2)
    np.testing.assert_allclose(errors_of(page), lagged.bse, rtol=1e-3)
    assert (settings_of(page).lags, run_of(page)) == (2, run)

    page = chosen(page, "standard_errors", "cluster")
    assert page.selectbox(key="clusters").options == ["Choose a column", "school"]
    page = chosen(page, "clusters", "school")
    assert "1 training row has no cluster in 'school'" in texts_of(page, "info")
    page = quiet(page.multiselect(key="excluded_rows").set_value([50]).run())
    kept = np.arange(60) != 50
    grouped = sm.OLS(Y[kept], sm.add_constant(X[kept])).fit(
        cov_type="cluster", cov_kwds={"groups": SCHOOLS[kept]}
    )
    np.testing.assert_allclose(errors_of(page), grouped.bse, rtol=1e-3)
    assert settings_of(page).clusters == "school"

    for _ in range(2):  # the row that was left out, the column of clusters
        page = quiet(page.button(key="undo").click().run())
    assert settings_of(page).standard_errors == "cluster" and not settings_of(page).clusters
    page = quiet(page.button(key="reset").click().run())
    assert settings_of(page).standard_errors == "classical" and query_of(page) == query
