"""The repository's root on the path, and none of this machine's settings in the environment."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# Before anything reads them: ports, themes and budgets of a deployment that is run from here.
for name in [each for each in os.environ if each.startswith(("LINREG_LIVE_", "STREAMLIT_"))]:
    del os.environ[name]
