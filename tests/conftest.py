"""The repository's root on the path, and an environment that is the same wherever tests run."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# Before anything reads them: ports, themes and budgets of a deployment that is run from here.
for name in [each for each in os.environ if each.startswith(("LINREG_LIVE_", "STREAMLIT_"))]:
    del os.environ[name]
# As on a small server: PyTorch is loaded for large runs only where a test asks for one.
os.environ["LINREG_LIVE_TRAINER_MB"] = "2000"
# As in the trainer. Where tests share the cores, threads that compute together mostly wait for one
# another, and busily: a test of two seconds has taken 18 minutes.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server that is started for these tests. Where it is installed it must start."""
    from benchmarks.postgresql import find_postgresql, running_postgresql

    if find_postgresql() is None:
        pytest.skip("PostgreSQL is not installed here: what is kept there is not tested.")
    with running_postgresql(is_durable=False) as url:
        yield url
