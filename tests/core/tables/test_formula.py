"""Formulas: what they mean, that they are written as they are read, what is said of bad ones."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from linreg_core.tables import (
    FUNCTIONS,
    Factor,
    FormulaError,
    Term,
    formula_text,
    parse_formula,
)
from linreg_core.tables.terms import two_baselines

COLUMNS = ["y", "a", "b", "city", "living area", "a`b", 'c"d', "größe", "in", "sale.price", "²"]

MEANINGS = {
    "y ~ a": (["a"], True),
    "  y~ a+ b\n": (["a", "b"], True),
    "y ~ a - 1": (["a"], False),
    "y ~ 0 + a": (["a"], False),
    "y ~ -1 + a": (["a"], False),
    "y ~ a + 1": (["a"], True),
    "y ~ a - 0": (["a"], True),
    "y ~ a + a": (["a"], True),
    "y ~ a:a": (["a"], True),
    "y ~ a:b + b:a": (["a:b"], True),
    "y ~ a * b": (["a", "b", "a:b"], True),
    "y ~ (a + b) * city - b": (["a", "city", "a:city", "b:city"], True),
    "y ~ log(a) + sqrt( b )+center(a)+scale(a)": (
        ["log(a)", "sqrt(b)", "center(a)", "scale(a)"],
        True,
    ),
    "y ~ poly(a, 2) + poly(b, degree=3, raw=TRUE)": (["poly(a, 2)", "poly(b, 3, raw=True)"], True),
    "y ~ C(city) + C(a, base=3)": (["C(city)", 'C(a, base="3")'], True),
    r"""y ~ C(city, base='the "old"')""": ([r'C(city, base="the \"old\"")'], True),
    'y ~ `living area`:größe + `a``b` + `c"d`': (
        ["`living area`:größe", "`a``b`", '`c"d`'],
        True,
    ),
    "y ~ `in` + sale.price + `a`": (["`in`", "sale.price", "a"], True),
    "y ~ ² - 1": (["²"], False),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_what_a_formula_means(text: str) -> None:
    labels, fit_intercept = MEANINGS[text]
    found = parse_formula(text, COLUMNS)
    assert ([term.label for term in found.terms], found.fit_intercept) == (labels, fit_intercept)
    assert (found.target, found.target_transform) == ("y", "identity")


def test_the_left_side() -> None:
    found = parse_formula("log(`living area`) ~ a * b", COLUMNS)
    assert (found.target, found.target_transform) == ("living area", "log")
    assert found.features == ("a", "b")
    assert parse_formula("b + a", COLUMNS).target is None


MISTAKES = {
    # text: (what stands at the place, a part of the message)
    "": ("", "A term is missing"),
    "y ~": ("", "A term is missing"),
    "y ~ 1": ("1", "at least one column"),
    "y ~ a b": ("b", "An operator is missing"),
    "y ~ a + + b": ("+", "A term is missing"),
    "y ~ a:b:city": ("a:b:city", "more than two parts"),
    "y ~ a * city * `in`": ("a * city * `in`", "more than two parts"),
    "y ~ a^2": ("^", "poly(a, 2, raw=True)"),
    "y ~ a**2": ("**", "poly(a, 2, raw=True)"),
    "y ~ I(a**2)": ("I", FUNCTIONS[0]),
    "y ~ exp(a)": ("exp", FUNCTIONS[-1]),
    "y ~ __import__('os')": ("__import__", "no function"),
    "y ~ a.__class__": ("a.__class__", "no column"),
    "y ~ log(a.__class__)": ("a.__class__", "no column"),
    "y ~ log(sqrt(a))": ("(", "one column"),
    "y ~ log(a + b)": ("+", "can't stand in a call"),
    "y ~ log (a)": ("(", "An operator is missing"),
    "y ~ log()": ("log()", "needs a column"),
    "y ~ log(a, 2)": ("2", "takes one column"),
    "y ~ citi": ("citi", "Did you mean 'city'"),
    "y ~ `Living Area`": ("`Living Area`", "Did you mean 'living area'"),
    "y ~ a + y": ("y", "can't explain itself"),
    "y ~ log(y)": ("log(y)", "can't explain itself"),
    "y ~ (a": ("(", "not closed"),
    "y ~ log(a": ("(", "not closed"),
    "y ~ a)": (")", "closes"),
    "y ~ a ~ b": ("~", "more than one"),
    "y ~ (a ~ b)": ("~", "more than one"),
    "y ~ `a": ("`a", "no end"),
    'y ~ C(city, base="x)': ('"x)', "no end"),
    "y ~ C(city, base=Oslo)": ("Oslo", "the level to compare with"),
    'y ~ C(city, base="x") * a + C(city, base="z"):b': (
        'C(city, base="z")',
        "'city' is compared with 'x' before this",
    ),
    "y = a": ("=", 'the target stands before "~"'),
    "y ~ poly(a)": ("poly(a)", "needs a degree"),
    "y ~ poly(a, 1)": ("1", "2 to 10"),
    "y ~ poly(a, 99999999999)": ("99999999999", "2 to 10"),
    "y ~ a[0]": ("[", "no meaning"),
    "y ~ {a}": ("{", "no meaning"),
    "y ~ a | b": ("|", "no operator"),
    "y ~ a; import os": (";", "no operator"),
    "y ~ 2*a": ("2", "intercept"),
    "y ~ a:1": ("1", "intercept"),
    "y ~ a - b": ("b", "not there"),
    "sqrt(y) ~ a": ("sqrt(y)", "as its log"),
    "y + a ~ b": ("+ a", "one column"),
    "~~": ("~", "more than one"),
    "y ~ 'a'": ("'a'", "neither a column nor a function"),
    "y ~ a\0": ("\0", "no operator"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_are_shown_where_they_are(text: str) -> None:
    place, part = MISTAKES[text]
    with pytest.raises(FormulaError) as caught:
        parse_formula(text, COLUMNS)
    start, stop = caught.value.position
    assert text[start:stop] == place
    assert part in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "a+" * 5_000,
        "(" * 5_000 + "a" + ")" * 5_000,
        "log(" * 3_000 + "a" + ")" * 3_000,
        "(" + "+".join(["a", "b", "city"] * 600) + ")*(a+b):(city+größe)",
        "y ~ " + "-" * 9_000 + "a",
        "`" * 9_999,
        '"' * 9_999,
        "a " * 30_000,
    ],
    ids=range(9),
)
def test_long_ones_are_refused(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text, COLUMNS)
    assert len(str(caught.value)) < 500


def test_products_of_many_are_refused_before_they_are_made() -> None:
    columns = [f"c{i}" for i in range(80)]
    half = "+".join(columns[:40])
    with pytest.raises(FormulaError, match=r"more than 1,000 terms"):
        parse_formula(f"({half}) * ({'+'.join(columns[40:])})", columns)


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=8)
transforms = st.sampled_from(
    ["identity", "log", "sqrt", "poly2", "poly10", "raw3", "center", "scale"]
)


@st.composite
def models(draw: st.DrawFn) -> tuple[list[str], str | None, str, tuple[Term, ...], bool]:
    columns = draw(st.lists(names, min_size=2, max_size=5, unique=True))
    target, *features = columns
    column = st.sampled_from(features)
    factor = st.builds(Factor, column, transforms) | st.builds(
        Factor, column, st.just("category"), st.none() | names
    )
    factors = st.lists(factor, min_size=1, max_size=2, unique=True)
    terms = st.lists(st.builds(Term, factors.map(tuple)), min_size=1, max_size=4)
    unique: dict[frozenset[Factor], Term] = {}
    for term in draw(terms):
        if two_baselines((*unique.values(), term)) is None:
            unique.setdefault(frozenset(term.factors), term)
    assume(unique)  # a term may have two baselines of its own
    is_two_sided, transform = draw(st.booleans()), draw(st.sampled_from(["identity", "log"]))
    if not is_two_sided:
        return columns, None, "identity", tuple(unique.values()), draw(st.booleans())
    return columns, target, transform, tuple(unique.values()), draw(st.booleans())


@settings(max_examples=40, deadline=None)
@given(models())
def test_a_formula_is_read_as_it_is_written(
    model: tuple[list[str], str | None, str, tuple[Term, ...], bool],
) -> None:
    columns, *rest = model
    found = parse_formula(formula_text(*rest), columns)
    assert [found.target, found.target_transform, found.terms, found.fit_intercept] == rest
