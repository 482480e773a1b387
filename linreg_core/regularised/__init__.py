"""Ridge and lasso: fits whose weights are pulled towards 0, over a path of penalties.

Objective of both, in the problem's training coordinates, as a run of the loss "mse" has it:
mean((X @ w + b - y)**2) + penalty / 2 * |w|**2 (ridge: a run's weight_decay) or + penalty * sum|w|
(lasso: a run's l1). The mean is weighted where the rows are, and the bias b is never penalised.
"""

from linreg_core.regularised.lasso import lasso_at as lasso_at

__all__ = ["lasso_at"]
