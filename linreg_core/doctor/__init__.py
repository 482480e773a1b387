"""The doctor: what happened in a run, why, and what would cure it.

`docs/theory.md` tells what the diagnoses rest on.
"""

from __future__ import annotations

from linreg_core.doctor.diagnosing import diagnose
from linreg_core.doctor.diagnosis import Cure, Diagnosis

__all__ = ["Cure", "Diagnosis", "diagnose"]
