"""Ridge and lasso: fits whose weights are pulled towards 0, over a path of penalties.

Objective of both, in the problem's training coordinates, as a run of the loss "mse" has it:
mean((X @ w + b - y)**2) + penalty / 2 * |w|**2 (ridge: a run's weight_decay) or + penalty * sum|w|
(lasso: a run's l1). The mean is weighted where the rows are, and the bias b is never penalised.

Not by scikit-learn: it would cost every process of a server 60 MB, for one function.
"""

from linreg_core.regularised.lasso import lasso_at as lasso_at
from linreg_core.regularised.path import CrossValidation as CrossValidation
from linreg_core.regularised.path import PenaltyPath as PenaltyPath
from linreg_core.regularised.paths import lasso_path as lasso_path
from linreg_core.regularised.paths import ridge_path as ridge_path

__all__ = ["CrossValidation", "PenaltyPath", "lasso_at", "lasso_path", "ridge_path"]
