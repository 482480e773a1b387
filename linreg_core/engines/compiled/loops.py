"""Epochs of updates, compiled."""

from __future__ import annotations

from linreg_core.engines.compiled.decorators import loop, part_of_loop
from linreg_core.engines.compiled.objectives import (
    quadratic_gradient,
    rows_gradient,
    slope_norm,
)
from linreg_core.engines.compiled.registries import update
from linreg_core.solvers.base import SolverKnobs


@part_of_loop
def _knobs_of(table, epoch):
    """Return what tunes the updates of the epoch that is row `epoch` of `table`."""
    return SolverKnobs(table[epoch, 0], table[epoch, 1], table[epoch, 2], table[epoch, 3])


@loop
def train_on_batches(rows, order, n_places, batch_size, plan, solver, loss, table, state, columns):
    """Make `plan.n_updates` updates on the batches that follow in `order`; return its new place.

    A pass over `order` has `n_places` places and starts anew after the last. The epochs that
    end on the way are written into `columns`; row e of `table` tunes the e-th epoch, counted from
    the one that is under way.
    """
    place, in_epoch, epoch = plan.place, plan.in_epoch, 0
    knobs = _knobs_of(table, 0)
    for k in range(plan.n_updates):
        if place == n_places:
            place = 0
        stop = min(place + batch_size, (place // plan.pass_length + 1) * plan.pass_length)
        value = rows_gradient(
            rows, order, place, stop, loss, state.params, state.work, state.gradient
        )
        in_epoch += 1
        if in_epoch == plan.updates_in_epoch:
            columns.batch_loss[epoch] = value
            columns.grad_norm[epoch] = slope_norm(
                state.gradient, state.params, plan.decay_share, knobs
            )
        update(
            solver,
            state.params,
            state.gradient,
            state.memory,
            plan.n_updates_before + k + 1,
            knobs,
        )
        if in_epoch == plan.updates_in_epoch:
            for j in range(len(state.params)):
                columns.params[epoch, j] = state.params[j]
            epoch, in_epoch = epoch + 1, 0
            if epoch < len(table):
                knobs = _knobs_of(table, epoch)
        place = stop
    return place


@loop
def train_on_all(rows, order, quadratic, is_quadratic, plan, solver, loss, table, state, columns):
    """Make `plan.n_updates` updates on all rows; return the loss after the last.

    `state.gradient` is that at `state.params`, and so it is again at the end.
    """
    value = plan.loss
    in_epoch, epoch = plan.in_epoch, 0
    knobs = _knobs_of(table, 0)
    for k in range(plan.n_updates):
        in_epoch += 1
        if in_epoch == plan.updates_in_epoch:
            columns.batch_loss[epoch] = value
            columns.grad_norm[epoch] = slope_norm(
                state.gradient, state.params, plan.decay_share, knobs
            )
        update(
            solver,
            state.params,
            state.gradient,
            state.memory,
            plan.n_updates_before + k + 1,
            knobs,
        )
        if is_quadratic:
            value = quadratic_gradient(quadratic, state.params, state.gradient)
        else:
            value = rows_gradient(
                rows, order, 0, len(rows.y), loss, state.params, state.work, state.gradient
            )
        if in_epoch == plan.updates_in_epoch:
            for j in range(len(state.params)):
                columns.params[epoch, j] = state.params[j]
            columns.train_loss[epoch] = value
            epoch, in_epoch = epoch + 1, 0
            if epoch < len(table):
                knobs = _knobs_of(table, epoch)
    return value
