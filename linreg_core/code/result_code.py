"""The script's last lines: what the run ended with, in the units of the data."""

from __future__ import annotations

from linreg_core.code.plan import Plan
from linreg_core.losses import LOSSES


def result_lines(plan: Plan) -> list[str]:
    """Return the lines that leave weights, bias and losses, in the data's own units."""
    names = ["train_loss", *(["test_loss"] if plan.problem.n_test else [])]
    return [
        "with torch.no_grad():",
        *(f"    {name} = {_loss(plan, name)}" for name in names),
        *_params_lines(plan),
    ]


def print_lines(plan: Plan) -> list[str]:
    """Return the lines that print it, to the last digit."""
    names = ["train_loss", *(["test_loss"] if plan.problem.n_test else [])]
    return [
        'print("weights", weights.tolist())',
        'print("bias", bias)',
        *(f'print("{name}", {name})' for name in names),
    ]


def _loss(plan: Plan, name: str) -> str:
    rows = "_test" if name == "test_loss" else ""
    prediction = f"X{rows} @ params" if plan.is_scratch else f"model(X{rows})"
    return f"loss_function({prediction}, y{rows}).item(){_unit(plan)}"


def _unit(plan: Plan) -> str:
    if not plan.scales:
        return ""
    return " * y_scale**2" if LOSSES[plan.config.loss].unit_exponent == 2 else " * y_scale"


def _params_lines(plan: Plan) -> list[str]:
    has_bias = plan.problem.fit_intercept
    double = ".double()" if plan.config.dtype == "float32" else ""
    if plan.is_scratch:
        params = "params.detach()" + double
        weights, bias = (f"{params}[:-1]", f"{params}[-1].item()") if has_bias else (params, "0.0")
    else:
        weights, bias = f"model.weight.detach()[0]{double}", "model.bias.item()"
    if not plan.scales:
        return [f"weights = {weights}", f"bias = {bias if has_bias else '0.0'}"]
    return [
        "# Back to the units of the data.",
        f"weights = {weights} * y_scale / x_scale",
        f"bias = {bias} * y_scale + y_mean - (weights @ x_mean).item()" if has_bias else "bias = 0.0",
    ]
