"""The columns that a person chose of a source, as rows of X, y and weights: `prepare_source`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.errors import DataError
from linreg_core.scale.data_blocks import ALL_BLOCKS, BlockNumbers, DataBlock, block_numbers
from linreg_core.sources.reading_ahead import read_ahead_by_threads
from linreg_core.sources.rows_of_columns import rows_of_columns
from linreg_core.sources.source import Source, changed
from linreg_core.sources.storage import batches_ahead
from linreg_core.sources.stored_facts import StoredFacts
from linreg_core.sources.used_batches import (
    RowTally,
    UsedBatch,
    UsedBatches,
    check_enough,
    notes_of,
    tally_of_all,
    told_of,
    warnings_of,
)
from linreg_core.tables.columns import PreparedColumn, with_distinct_features
from linreg_core.tables.fitting_terms import FittedTerms, TermFitting
from linreg_core.tables.matrix import places
from linreg_core.tables.prepared import (
    Recipe,
    check_some_feature,
    column_notes,
    fill_notes,
    fill_warnings,
)
from linreg_core.tables.prepared_terms import PreparedTerm, plain_terms
from linreg_core.tables.selection import Selection
from linreg_core.tables.term_columns import term_columns_of
from linreg_core.tables.term_facts import check_finite, column_of, term_notes
from linreg_core.tables.terms import target_name
from linreg_core.types import TermColumns
from table_reader import NUMBER

if TYPE_CHECKING:
    from linreg_core.distributed.ranks import Ranks

_NO_ROWS: Final = np.empty(0, dtype=np.int64)


class PreparedSource:
    """Rows of a source as `prepare` makes them of a table, in blocks, as often as they are asked.

    What columns become is learned from all used rows first, where it depends on them: categories,
    dates, filled cells, polynomials. Plain numbers need no such pass. What is said of the rows is
    known once all have been read; whoever asks before has them read.

    Of many `ranks` each reads its share of the parts for that, and all learn what one would. What
    `recipe` tells of plain numbers takes a pass too, unless `with_recipe` the first one learns it.
    """

    def __init__(
        self,
        source: Source,
        selection: Selection,
        ranks: Ranks | None = None,
        with_recipe: bool = False,
    ) -> None:
        self.source, self.selection, self._ranks = source, selection, ranks
        self._of_all: RowTally | None = None
        self._known_terms: FittedTerms | None = None
        self._used = UsedBatches(source, selection)
        self._tallies: dict[int, RowTally] = {}
        factors = (factor for term in selection.terms for factor in term.factors)
        self._facts = StoredFacts(self._used.codings, self._every, factors, self._exchange)
        kinds = {source.kinds[name] for name in selection.features}
        self._is_plain = kinds == {NUMBER} and not selection.terms and selection.missing == "drop"
        self._sees_columns = with_recipe and self._is_plain and ranks is None

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The columns of X."""
        if self._is_plain:
            return self.selection.features
        return tuple(feature for term in self.terms for feature in term.features)

    @property
    def target_name(self) -> str:
        """What y is called on the scale of training."""
        return target_name(self.selection.target, self.selection.target_transform)

    @property
    def weight_kind(self) -> str:
        """What the weights are: "analytic" or "frequency"."""
        return self.selection.weight_kind

    @property
    def n_blocks(self) -> int:
        """How many parts the rows are read in."""
        return len(self.source.parts)

    @property
    def n_used(self) -> int:
        """How many rows are used."""
        return self._tally.n_used

    @property
    def terms(self) -> tuple[PreparedTerm, ...]:
        """How columns became columns of X, in their order."""
        return self._fitted.terms

    @property
    def term_columns(self) -> tuple[TermColumns, ...]:
        """Which columns of X belong to which term; none where each stands for itself."""
        return () if self._is_plain else term_columns_of(self.terms)

    @property
    def columns(self) -> tuple[PreparedColumn, ...]:
        """What is known of each chosen column."""
        return tuple(column_of(name, self.terms) for name in self.selection.features)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done, in whole sentences."""
        if self._is_plain:
            return (*self.source.notes, *notes_of(self._tally, self.selection))
        made = term_notes(self.terms) if self.selection.terms else column_notes(self.columns)
        rows = notes_of(self._tally, self.selection)
        return (*self.source.notes, *rows, *fill_notes(self._filled, self.columns), *made)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful, and what to do about it."""
        if self._is_plain:
            return warnings_of(self._tally)
        filled = fill_warnings(self._filled, self.n_used)
        return (*warnings_of(self._tally), *filled, *self._fitted.warnings)

    @property
    def recipe(self) -> Recipe:
        """How rows were made, to encode others; it names no rows."""
        return Recipe(self.selection, _NO_ROWS, self.columns, self.terms, self.notes, self.warnings)

    def blocks(self, part: BlockNumbers = ALL_BLOCKS) -> Iterator[DataBlock]:
        """Yield the used rows of these parts in order, some thousands at a time.

        In a pass over all parts X of plain numbers is stored by columns, as they are read and
        summed up, and some of the next batches are decoded ahead. Whoever asks for some parts takes
        single rows.

        Raises DataError when they can't be read, have changed since they were read before, or are
        too few.
        """
        if not self._is_plain:
            _ = self._fitted
        is_whole = part == ALL_BLOCKS
        is_bounded = is_whole and self._is_plain  # texts may be of any length
        n_ahead = batches_ahead(len(self._used.columns)) if is_bounded else 1
        batches = self._batches(block_numbers(self, part), n_ahead)
        yield from read_ahead_by_threads(self._block(batch, is_whole) for batch in batches)

    def _batches(self, parts: Sequence[int], n_ahead: int = 1) -> Iterator[UsedBatch]:
        tally = RowTally()
        for part, columns in read_ahead_by_threads(self._used.read(parts), n_ahead):
            if columns is not None:
                batch = self._used.of_rows(part, columns, tally)
                if self._sees_columns and part not in self._tallies:
                    self._facts.see(batch)
                if len(batch.y):
                    yield batch
                continue
            known = self._tallies.setdefault(part, tally)
            if known.is_of != tally.is_of:
                raise changed(self.source.name)
            tally = RowTally()
        if len(self._tallies) == self.n_blocks:
            check_enough(self._tally, self.selection)
            self._facts.have_seen(self._tally.n_used)

    def merge_tallies(self) -> None:
        """Learn what came of the rows that others have read: all ranks do, at the same time.

        Until then each part must have been read by one of them alone. Raises DataError when there
        are too few rows.
        """
        if self._ranks is not None and self._of_all is None:
            self._of_all = tally_of_all(self._exchange(told_of(self._tallies)))
            check_enough(self._of_all, self.selection)

    def _exchange(self, found: Any) -> list[Any]:
        from linreg_core.distributed.ranks import told_to_all

        return [found] if self._ranks is None else told_to_all(self._ranks, found)

    def _every(self) -> Iterator[UsedBatch]:
        """Yield the used rows of all parts, or of this rank's share."""
        at, step = (0, 1) if self._ranks is None else (self._ranks.rank, self._ranks.n_ranks)
        yield from read_ahead_by_threads(self._batches(range(at, self.n_blocks, step)))
        self.merge_tallies()

    @property
    def _tally(self) -> RowTally:
        """What came of all rows; they are read for it, where they have not been."""
        if self._of_all is not None:
            return self._of_all
        if len(self._tallies) < self.n_blocks:
            for _ in self._batches(range(self.n_blocks)):
                pass
        total = RowTally()
        for part in range(self.n_blocks):
            total.add(self._tallies[part])
        return total

    @property
    def _filled(self) -> dict[str, int]:
        """How many cells of each column were filled, of those where some were."""
        counts = {name: self._facts.n_missing((name, flag)) for name, flag in self._used.codings}
        return {name: count for name, count in counts.items() if count}

    @property
    def _fitted(self) -> FittedTerms:
        if self._known_terms is None:
            self._known_terms = self._fit_terms()
        return self._known_terms

    def _fit_terms(self) -> FittedTerms:
        selection, facts = self.selection, self._facts
        if not selection.terms:
            columns = [facts.column(coding, None) for coding in self._used.codings]
            check_some_feature(columns)
            return FittedTerms(plain_terms(with_distinct_features(columns)), ())
        fitted = TermFitting(selection.terms, facts, selection.fit_intercept).fitted()
        if not any(term.features for term in fitted.terms):
            raise DataError(
                f"No term has anything to explain the target with: {' '.join(fitted.warnings)}"
            )
        return fitted

    def _block(self, batch: UsedBatch, by_columns: bool) -> DataBlock:
        if self._is_plain:
            columns = [batch.cells[coding].values for coding in self._used.codings]
            X = np.array(columns).T if by_columns else rows_of_columns(columns)
        else:
            X = self._encoded(batch)
        return DataBlock(X, batch.y, batch.weights)

    def _encoded(self, batch: UsedBatch) -> FloatArray:
        X = np.empty((len(batch.y), len(self.feature_names)))
        for term, place in zip(self.terms, places(self.terms), strict=True):
            X[:, place] = term.of_cells(batch.cells)[:, term.kept]
        check_finite(X, self.terms)
        return X


def prepare_source(
    source: Source,
    selection: Selection,
    ranks: Ranks | None = None,
    with_recipe: bool = False,
) -> PreparedSource:
    """Return the rows of the chosen columns, with the meanings that `prepare` gives them.

    With `ranks`, all of them have to do so with the same source and selection. `with_recipe` says
    that `recipe` will be asked for: the first pass learns it, where it needs one.

    Raises DataError when a column can't be used.
    """
    return PreparedSource(source, selection, ranks, with_recipe)
