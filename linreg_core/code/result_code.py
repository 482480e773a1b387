"""The script's last lines: what the run ended with, in the units of the data."""

from __future__ import annotations

from linreg_core.code.model_code import loss_expression
from linreg_core.code.plan import ScriptPlan
from linreg_core.losses import LOSSES


def result_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that leave weights, bias and losses, in the data's own units."""
    names = ["train_loss", *(["test_loss"] if plan.problem.n_test else [])]
    return [
        "with torch.no_grad():",
        *(f"    {name} = {_loss(plan, name)}" for name in names),
        *_params_lines(plan),
    ]


def print_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that print it, to the last digit."""
    names = ["train_loss", *(["test_loss"] if plan.problem.n_test else [])]
    return [
        'print("weights", weights.tolist())',
        'print("bias", bias)',
        *(f'print("{name}", {name})' for name in names),
    ]


def _loss(plan: ScriptPlan, name: str) -> str:
    loss = loss_expression(plan, part="_test" if name == "test_loss" else "")
    value = (
        loss if loss.endswith(")") and not loss.startswith(("0.5 *", "y_scale *")) else f"({loss})"
    )
    return f"{value}.item(){_unit(plan)}"


def _unit(plan: ScriptPlan) -> str:
    if not plan.scales:
        return ""
    return " * y_scale**2" if LOSSES[plan.config.loss].unit_exponent == 2 else " * y_scale"


def _params_lines(plan: ScriptPlan) -> list[str]:
    has_bias = plan.problem.fit_intercept
    double = ".double()" if plan.config.dtype == "float32" else ""
    if plan.is_scratch or plan.joins_bias:
        params = "params.detach()" if plan.is_scratch else "model.weight.detach()[0]"
        params += double
        weights, bias = (f"{params}[:-1]", f"{params}[-1].item()") if has_bias else (params, "0.0")
    else:
        weights, bias = f"model.weight.detach()[0]{double}", "model.bias.item()"
    if not plan.scales:
        return [f"weights = {weights}.numpy()", f"bias = {bias if has_bias else '0.0'}"]
    original = f"{bias} * y_scale + y_mean - weights @ x_mean" if has_bias else "0.0"
    return [
        "# Back to the units of the data.",
        f"weights = {weights}.numpy() * (y_scale / x_scale)",
        f"bias = {original}",
    ]
