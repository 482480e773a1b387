"""A run on rows that stay where they are stored."""

from __future__ import annotations

import argparse
import glob
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from linreg_core.checks import broken, finite_number
from linreg_core.command_line.arguments import config_of, errors_kind, selection_of
from linreg_core.command_line.fastest_engine import engine_meanwhile
from linreg_core.command_line.outcome import outcome_lines
from linreg_core.command_line.progress import PROGRESS_SECONDS, record_to_end
from linreg_core.command_line.watched import WatchedTraining
from linreg_core.config import TrainConfig
from linreg_core.distributed import (
    ONE_RANK,
    USUAL_BYTES,
    Checkpoint,
    Ranks,
    check_stored,
    how_rows_are_dealt,
    is_by_moments,
    is_one_of_many,
    joined_ranks,
    read_stored_rows,
    row_split,
    run_fingerprint,
    shared_scores,
    train_stored,
)
from linreg_core.inference import CLASSICAL, Covariance
from linreg_core.inference.plain_text import report_text
from linreg_core.limits import MAX_TEST_FRACTION
from linreg_core.run import Run
from linreg_core.scale import (
    RowSource,
    StreamedFit,
    stand_in_problem,
    streamed_least_squares,
)
from linreg_core.scale.data_blocks import ALL_BLOCKS, BlockNumbers, DataBlock, RowsOfSource
from linreg_core.scale.row_split import SplitRows
from linreg_core.scale.streamed_spread import refuse_errors_of_order
from linreg_core.sources import PreparedSource, Source, open_source, prepare_source
from linreg_core.sources.opening import MEMORY
from linreg_core.training import train_blocks
from table_reader import NUMBER

LARGE_BYTES: Final = 100_000_000
"""Files of this size are not read whole."""
_MEMORY: Final = re.compile(r"(\d+)\s*(MB|GB)", re.IGNORECASE)


def is_stored(files: Sequence[str], options: argparse.Namespace) -> bool:
    """Whether the arguments name rows that are better left where they are: more than one file, a
    folder, a pattern, a query, a database, or a large file. Many ranks share the rows of any file.
    """
    if len(files) > 1 or options.memory is not None or is_one_of_many():
        return True
    what = files[0]
    if "://" in what or os.path.isdir(what):
        return True
    if not os.path.exists(what):
        return " " in what.strip() or bool(glob.has_magic(what))
    return os.path.getsize(what) > LARGE_BYTES


def run_on_source(files: Sequence[str], options: argparse.Namespace) -> Run:
    """Train on all rows of a source as the arguments say, and print what was learned.

    Raises LinregError when the source, the columns or a setting can't be used.
    """
    config = config_of(options)
    check_stored(config)
    kind = errors_kind(options)
    if kind is not None:
        refuse_errors_of_order(kind)
    fraction = finite_number(
        "test_fraction", options.test_fraction, minimum=0, maximum=MAX_TEST_FRACTION
    )
    with WatchedTraining(options) as watch, joined_ranks() as ranks:
        source = _opened(files, options)
        numbers = [name for name in source.columns if source.kinds[name] == NUMBER]
        selection = selection_of(source.columns, numbers, options)
        prepared = prepare_source(source, selection, ranks if ranks.n_ranks > 1 else None)
        watch.start(source.name, len(prepared.feature_names), ranks)
        if ranks.n_ranks == 1 and not fraction and is_by_moments(config):
            run, found = _trained(prepared, config, options, watch)
        else:
            run, found = _trained_on_rows(prepared, config, fraction, options, ranks, watch)
        if ranks.rank == 0:
            _tell(prepared, run, found, kind)
    return run


def _opened(files: Sequence[str], options: argparse.Namespace) -> Source:
    what = files[0] if len(files) == 1 else list(files)
    return open_source(what, memory=_memory(options.memory))


def _tell(prepared: PreparedSource, run: Run, found: StreamedFit, kind: str | None) -> None:
    """Print what was learned, and the report where one is asked for, with errors of a `kind`."""
    for note in (*prepared.notes, *found.notes):
        print(f"note       {note}")
    for warning in prepared.warnings:
        print(f"warning    {warning}")
    print(outcome_lines(run))
    if kind is not None:
        print(f"\n{report_text(replace(found, notes=()))}")


def _trained(
    prepared: PreparedSource,
    config: TrainConfig,
    options: argparse.Namespace,
    watch: WatchedTraining,
) -> tuple[Run, StreamedFit]:
    """Train by the moments of all rows, which one process reads from the first to the last."""
    fit_intercept = prepared.selection.fit_intercept
    with (
        engine_meanwhile(len(prepared.feature_names), config) as engine,
        _Progress(prepared) as rows,
    ):
        found = streamed_least_squares(watch.sampled(rows), fit_intercept, prepared.term_columns)
        if (errors := _errors_of_rows(options)) is not None:
            found = found.with_covariance(errors, rows)
    problem = stand_in_problem(
        found.stand_ins, standardize=options.standardize, fit_intercept=fit_intercept
    )
    config = replace(config, engine=engine())
    blocks = train_blocks(problem, config, max_seconds=PROGRESS_SECONDS)
    told = watch.told(problem, config, (found.n_samples, 0), blocks)
    return record_to_end(problem, config, told), found


def _trained_on_rows(
    prepared: PreparedSource,
    config: TrainConfig,
    fraction: float,
    options: argparse.Namespace,
    ranks: Ranks,
    watch: WatchedTraining,
) -> tuple[Run, StreamedFit]:
    """Train by passes over the rows, of which each rank reads its part."""
    fit_intercept, is_first = prepared.selection.fit_intercept, ranks.rank == 0
    with _Progress(prepared, ranks) as progress:
        source = watch.sampled(progress, fraction, options.seed)
        split = row_split(source, fraction, options.seed, _bytes(options.memory), options.streams)
        rows = read_stored_rows(source, split, ranks)
        prepared.merge_tallies()
        training = SplitRows(source, fraction, options.seed) if fraction else source
        found = streamed_least_squares(
            training,
            fit_intercept,
            prepared.term_columns,
            moments=rows.train,
            factor=rows.training_factor,
        )
        if (errors := _errors_of_rows(options)) is not None:
            found = found.with_covariance(errors, training, partial(shared_scores, rows))
    problem = rows.problem(options.standardize, fit_intercept, found.triangle)
    checkpoint = None
    if options.checkpoint is not None:
        rows_told = prepared.source.digest, rows.told_apart
        settings = prepared.selection, config, split, options.standardize
        checkpoint = Checkpoint(options.checkpoint, run_fingerprint(*rows_told, *settings))
    blocks = train_stored(rows, problem, config, checkpoint)
    told = watch.told(problem, config, (rows.n_train, rows.n_test), blocks, rows)
    run = record_to_end(problem, config, told, is_hidden=not is_first)
    if is_by_moments(config):
        return run, found
    return run, replace(found, notes=(*found.notes, how_rows_are_dealt(rows, config)))


def _errors_of_rows(options: argparse.Namespace) -> Covariance | None:
    """Return the standard errors that take a pass over the rows, None where none are asked for."""
    kind = errors_kind(options)
    return None if kind in (None, CLASSICAL.kind) else Covariance(kind)


def _memory(said: str | None) -> str:
    """Return what DuckDB may hold of what the whole process may: half.

    Raises ConfigError when it is no size.
    """
    return MEMORY if said is None else f"{max(_bytes(said) // 2_000_000, 1)}MB"


def _bytes(said: str | None) -> int:
    """Return the size that somebody said, 500 MB where nobody did."""
    if said is None:
        return USUAL_BYTES
    found = _MEMORY.fullmatch(said.strip())
    if found is None or int(found[1]) == 0:
        raise broken("memory", 'must be a size, as "500MB" or "4GB"', said)
    return int(found[1]) * (10**9 if found[2].upper() == "GB" else 10**6)


class _Progress(RowsOfSource):
    """Rows that are counted on stderr while they are read, with the time that is left."""

    def __init__(self, prepared: PreparedSource, ranks: Ranks = ONE_RANK) -> None:
        super().__init__(prepared)
        self._ranks = ranks
        parts = [part.n_rows for part in prepared.source.parts]
        self._total = None if None in parts else sum(n for n in parts if n is not None)
        if self._total is not None:
            self._total = max(self._total // ranks.n_ranks, 1)  # about what this one reads

    def __enter__(self) -> RowSource:
        from tqdm import tqdm

        self._bar = tqdm(
            total=self._total,
            unit="row",
            unit_scale=True,
            file=sys.stderr,
            disable=self._ranks.rank > 0,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def blocks(self, part: BlockNumbers = ALL_BLOCKS) -> Iterator[DataBlock]:
        if self._total is not None and self._bar.n >= self._total:
            self._bar.reset(self._total)  # a second pass
        for block in self.source.blocks(part):
            yield block
            self._bar.update(len(block.y))
