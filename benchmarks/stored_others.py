"""How dask-ml and Spark fit the rows of a Parquet file, for `python -m benchmarks.stored`.

They are no part of what we install: each runs in the interpreter that `--others-python` names, in a
process of its own, on two cores, with the settings that were the best for it.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Final

HEAD: Final = """
import json, sys, time
def peak(pid="self"):
    lines = open(f"/proc/{pid}/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6
def worked(pid="self"):
    told = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / 100
"""
"""What each process begins with.

Its last line is [seconds, those of processors in all, MB beyond imports, weights, how].
"""

_DASK: Final = """
import warnings
warnings.simplefilter("ignore")
import dask, dask.dataframe
from dask_ml.linear_model import LinearRegression
before, began, names = peak(), time.perf_counter(), json.loads(sys.argv[2])
with dask.config.set(scheduler="threads", num_workers=2):
    table = dask.dataframe.read_parquet(sys.argv[1], split_row_groups=True)[[*names, "y"]]
    rows = table.to_dask_array(lengths=True)
    if HELD:
        rows = rows.persist()
    model = LinearRegression(solver="newton").fit(rows[:, :-1], rows[:, -1])
seconds = time.perf_counter() - began
weights = [*map(float, model.coef_), float(model.intercept_)]
print(json.dumps([seconds, worked(), peak() - before, weights, HOW]))
"""

_SPARK: Final = """
import os, pathlib
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import LinearRegression
from pyspark.sql import SparkSession
settings = {
    "spark.driver.memory": "4g", "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1", "spark.ui.showConsoleProgress": "false",
}
spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
spark.sparkContext.setLogLevel("OFF")
def machine():
    return [path.parent.name for path in pathlib.Path("/proc").glob("[0-9]*/comm")
            if path.read_text().strip() == "java" and is_ours(path.parent)]
def in_all(measure):
    return measure() + sum(map(measure, machine()))
def is_ours(process):
    while process.name not in ("0", "1"):
        if process.name == str(os.getpid()):
            return True
        told = (process / "stat").read_text().rsplit(")", 1)[1].split()
        process = process.parent / told[1]
    return False
before, began = in_all(peak), time.perf_counter()
table = spark.read.parquet(sys.argv[1])
rows = VectorAssembler(inputCols=json.loads(sys.argv[2]), outputCol="X").transform(table)
learner = LinearRegression(featuresCol="X", labelCol="y", solver="normal", regParam=0.0)
model = learner.fit(rows)
seconds = time.perf_counter() - began
weights = [*map(float, model.coefficients), float(model.intercept)]
told = [seconds, in_all(worked), in_all(peak) - before, weights, "normal equations, 4 GB"]
print(json.dumps(told))
spark.stop()
"""

OTHERS: Final = {
    "dask-ml": (_DASK.replace("HELD", "True").replace("HOW", '"newton, rows held"'), "dask_ml"),
    "dask-ml, in parts": (
        _DASK.replace("HELD", "False").replace("HOW", '"newton, rows read again"'),
        "dask_ml",
    ),
    "Spark": (_SPARK, "pyspark"),
}
"""What each does, and the package that it needs."""


def why_not(python: Path | None, package: str) -> str | None:
    """Return why a package can't be measured here; None where it can."""
    if python is None:
        return "not measured: name an interpreter that has it with --others-python"
    if not python.exists():
        return f"not measured: there is no {python}"
    tried = subprocess.run([python, "-c", f"import {package}"], capture_output=True, text=True)
    if tried.returncode:
        return f"not measured: {tried.stderr.strip().splitlines()[-1][:100]}"
    return _why_no_java() if package == "pyspark" else None


def version_of(python: Path, package: str) -> str:
    """Return the version of a package that is there."""
    told = f"import {package}; print({package}.__version__)"
    return subprocess.run([python, "-c", told], capture_output=True, text=True).stdout.strip()


def _why_no_java() -> str | None:
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if "JAVA_HOME" in os.environ else "java"
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    except OSError:
        return "not measured: there is no Java"
    return None if re.search(r'version "\d+', told) else "not measured: there is no Java"
