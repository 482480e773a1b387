"""Many runs one after the other, compiled: how each of them ends, and nothing else of it."""

from __future__ import annotations

import numpy as np

from linreg_core.engines.compiled.decorators import loop, part_of_loop, rule
from linreg_core.engines.compiled.lines import (
    FEW_TOGETHER,
    few_rows_slope,
    find_line,
    loss_and_slope,
    rows_slope,
)
from linreg_core.engines.compiled.many_values import LEFT_RANGE
from linreg_core.engines.compiled.objectives import slope_norm
from linreg_core.engines.compiled.outcomes import first_lasting_place, median_of_last
from linreg_core.engines.compiled.registries import update
from linreg_core.engines.compiled.values import Quadratic, Rows
from linreg_core.solvers.base import SolverKnobs


@rule
def train_many(problems, runs, rules, work, endings):
    """Train `runs`; put final loss, settled loss, epochs to 1 % and status code of each in a row.

    A run whose problem leaves a float's range gets the code `LEFT_RANGE`, and no numbers. One
    long function, since the compiler optimises again what is called, at every call.
    """
    params, gradient, memory = work.params, work.gradient, work.memory
    losses, epochs, tile = work.losses, work.epochs, work.tile
    file_order = runs.orders[0:0]
    for k in range(len(runs.problems)):
        i = runs.problems[k]
        start, stop = problems.starts[i], problems.starts[i + 1]
        rows = Rows(
            problems.X[start:stop],
            problems.y[start:stop],
            False,
            problems.x_means[i],
            problems.weight_factors[i],
            0.0,
            1.0,
            problems.constants[i],
            problems.y_scales[i],
            problems.v[start : stop if len(problems.v) > 0 else start],
        )
        loss_index, unit = problems.losses[i], problems.units[i]
        if problems.is_unknown[i]:
            problems.is_unknown[i] = False
            problems.is_sound[i] = find_line(
                rows,
                file_order,
                (loss_index, rules.mse, unit),
                problems.curvatures[i],
                problems.anchors[i],
                problems.slopes[i],
                problems.facts[i],
                tile,
                work.scratch,
            )
            problems.is_quadratic[i] = problems.curvatures[i] > 0
            problems.means[i, 0] = problems.facts[i, 3]
            problems.scatters[i, 0, 0] = problems.facts[i, 4]
        if not problems.is_sound[i]:
            endings[k, 3] = LEFT_RANGE
            continue
        quadratic = Quadratic(
            problems.anchors[i],
            problems.facts[i, 2],
            problems.slopes[i],
            problems.means[i],
            problems.scatters[i],
            problems.curvatures[i],
        )
        is_quadratic, n_train = problems.is_quadratic[i], problems.n_train[i]
        scale = (problems.bias_factors[i], problems.y_means[i], problems.constants[i])
        batch_size, in_epoch = runs.batch_sizes[k], runs.updates_in_epoch[k]
        is_full, pass_length, n_places = batch_size == 0, runs.pass_lengths[k], runs.n_places[k]
        is_few = batch_size <= FEW_TOGETHER and len(params) == 2 and problems.curvatures[i] > 0
        first_place = runs.order_starts[k]
        order = runs.orders[
            first_place : first_place if runs.is_sequential[k] else first_place + n_places
        ]
        for j in range(len(params)):
            params[j] = runs.start_params[k, j]
            for m in range(len(memory)):
                memory[m, j] = 0.0
        value = loss_and_slope(
            rows, file_order, quadratic, is_quadratic, loss_index, params, tile, gradient
        )
        loss = _in_units(value, unit)
        if not is_full:
            rows_slope(rows, order, 0, batch_size, loss_index, params, tile, gradient)
        rate, momentum, decay = runs.knobs[k, 0], runs.knobs[k, 1], runs.knobs[k, 2]
        factor_start, evaluated_start = runs.factor_starts[k], runs.evaluated_starts[k]
        factor = runs.factors[factor_start] if factor_start >= 0 else 1.0
        knobs = SolverKnobs(rate * factor, momentum, decay, runs.knobs[k, 3])
        first_norm = slope_norm(gradient, params, runs.decay_shares[k], knobs)
        bound = rules.diverged_factor * max(loss, problems.facts[i, 0])
        losses[0], epochs[0], n_heard, status = loss, 0.0, 1, 0
        if np.isinf(loss) or _has_left_range(
            params, problems.weight_factors[i], problems.x_means[i], scale
        ):
            status = rules.diverged
        place, n_updates, epoch = 0, 0, 0
        while status == 0:
            epoch += 1
            factor = runs.factors[factor_start + epoch - 1] if factor_start >= 0 else 1.0
            knobs = SolverKnobs(rate * factor, momentum, decay, runs.knobs[k, 3])
            batch_loss, norm = 0.0, 0.0
            for u in range(in_epoch):
                if not is_full:
                    if place == n_places:
                        place = 0
                    end = min(place + batch_size, (place // pass_length + 1) * pass_length)
                    if is_few:
                        value = few_rows_slope(
                            rows, order, place, end, loss_index, params, gradient
                        )
                    else:
                        value = rows_slope(
                            rows, order, place, end, loss_index, params, tile, gradient
                        )
                    place = end
                if u == in_epoch - 1:
                    batch_loss = _in_units(value, unit)
                    norm = slope_norm(gradient, params, runs.decay_shares[k], knobs)
                n_updates += 1
                update(runs.solvers[k], params, gradient, memory, n_updates, knobs)
                if is_full:
                    value = loss_and_slope(
                        rows,
                        file_order,
                        quadratic,
                        is_quadratic,
                        loss_index,
                        params,
                        tile,
                        gradient,
                    )
            is_asked = runs.evaluated[evaluated_start + epoch]
            has_left = _has_left_range(
                params, problems.weight_factors[i], problems.x_means[i], scale
            )
            is_still = norm <= rules.converged_factor * first_norm
            if np.isinf(batch_loss) or batch_loss > bound * n_train or has_left:
                status = rules.diverged
            elif runs.stops[k] and is_still:
                status = rules.converged
            elif epoch == runs.n_epochs[k]:
                status = rules.converged if is_still else rules.finished
            if is_asked or status != 0:
                if not is_full:
                    value = loss_and_slope(
                        rows,
                        file_order,
                        quadratic,
                        is_quadratic,
                        loss_index,
                        params,
                        tile,
                        work.scratch,
                    )
                loss = _in_units(value, unit)
                losses[n_heard], epochs[n_heard] = loss, epoch
                n_heard += 1
                if is_asked and (np.isinf(loss) or loss > bound):
                    status = rules.diverged
        target = runs.target_losses[k]
        if np.isnan(target):
            target = problems.facts[i, 1]
        wanted = target + max(rules.near_part * target, rules.least_near * problems.facts[i, 0])
        near = first_lasting_place(losses[:n_heard], wanted, rules.window)
        endings[k, 0] = losses[n_heard - 1]
        endings[k, 2] = epochs[near] if near >= 0 and status != rules.diverged else np.inf
        endings[k, 1] = median_of_last(losses[:n_heard], rules.settled_part)
        endings[k, 3] = status


@part_of_loop
def _in_units(loss, unit):
    """Return a loss in the units of the loss on original y, inf for what is not a number."""
    value = loss * unit
    return np.inf if np.isnan(value) else value


@loop
def _has_left_range(params, weight_factors, x_means, scale):
    """Return whether parameters of training coordinates are not finite in original units.

    `scale` is what the bias is multiplied with, what is added to it, and 0 without an intercept.
    """
    n_features, offset = len(params) - 1, 0.0
    for j in range(n_features):
        weight = params[j] * weight_factors[j]
        if not np.isfinite(weight):
            return True
        offset += weight * x_means[j]
    return scale[2] > 0 and not np.isfinite(params[n_features] * scale[0] + scale[1] - offset)
