"""Every control of a model, each declared once, in the order in which they stand on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dashboard.controls.control import (
    COUNT_LADDER,
    CUSTOM_INIT,
    Changes,
    Choice,
    Control,
    Number,
    Packed,
    Place,
    Switch,
    Use,
)
from linreg_core import DATASETS, ENGINES, LOSSES, SOLVERS
from linreg_core.limits import (
    MAX_EPOCHS,
    MAX_LEARNING_RATE,
    MAX_ROWS,
    MAX_SEED,
    MAX_UPDATES_PER_EPOCH,
)

_MAX_START: Final = 1e6

DATASET = Choice(
    "dataset",
    "Data set",
    "Generated or bundled. Each has controls of its own, and settings that suit it.",
    default="line",
    place=Place.DATA,
    options={name: source.label for name, source in DATASETS.items()},
)
STANDARDIZE = Switch(
    "standardize",
    "Standardise",
    "Train on columns with mean 0 and standard deviation 1. Parameters and losses "
    "are still shown in the data's own units.",
    default=False,
    place=Place.SPLIT,
    said_as={True: "standardised columns", False: "raw columns"},
)
TEST_FRACTION = Number(
    "test_fraction",
    "Test split",
    "The part of the rows that is held back from training.",
    default=0.0,
    place=Place.SPLIT,
    minimum=0.0,
    maximum=0.5,
    step=0.05,
    digits=6,
)
SEED = Number(
    "seed",
    "Seed",
    "The same seed gives the same random numbers: for the data, the split, the start "
    "and the batches.",
    default=0,
    place=Place.SEED,
    minimum=0,
    maximum=MAX_SEED,
    is_whole=True,
)
SPLIT = Choice(
    "split",
    "Test rows",
    "Which rows are held back, where a test split is set.",
    default="random",
    place=Place.SEED,
    options={"random": "Random rows", "sequential": "The last rows"},
)
SOLVER = Choice(
    "solver",
    "Solver",
    "How a gradient becomes a step.",
    default="sgd",
    place=Place.MODEL,
    options={name: solver.label for name, solver in SOLVERS.items()},
)
LEARNING_RATE = Number(
    "learning_rate",
    "Learning rate",
    "How far each step goes. Too small, and a run never arrives; too large, and it diverges.",
    default=0.1,
    place=Place.MODEL,
    use=Use.ITERATION,
    minimum=0.0,
    maximum=MAX_LEARNING_RATE,
    rungs=(*(float(f"{m}e{e}") for e in range(-9, 1) for m in (1, 2, 5)), 10.0),
    is_fine=True,
)
SCHEDULE = Choice(
    "schedule",
    "Schedule",
    "How the learning rate goes through the run. Small steps at the end let minibatches settle.",
    default="constant",
    place=Place.MODEL,
    use=Use.ITERATION,
    options={
        "constant": "Constant",
        "step": "Steps: a tenth at each third",
        "cosine": "Cosine: down to 0",
        "inverse_time": "1/t: Robbins and Monro's",
    },
    said_as={
        "constant": "a constant rate",
        "step": "a rate that falls in steps",
        "cosine": "a rate that falls in a cosine",
        "inverse_time": "a rate that falls as 1/t",
    },
)
N_EPOCHS = Number(
    "n_epochs",
    "Epochs",
    "Passes over the training rows, unless Batches in an epoch says otherwise.",
    default=1000,
    place=Place.MODEL,
    use=Use.ITERATION,
    minimum=1,
    maximum=MAX_EPOCHS,
    is_whole=True,
    is_counted=True,
    rungs=COUNT_LADDER,
)
BATCH_SIZE = Number(
    "batch_size",
    "Batch size",
    "Rows that each step looks at. Full: all of them.",
    default=None,
    place=Place.MODEL,
    use=Use.ITERATION,
    minimum=1,
    maximum=MAX_ROWS,
    is_whole=True,
    rungs=tuple(2**k for k in range(MAX_ROWS.bit_length())),
    word_for_none="full",
    said_as={None: "full batches"},
    is_of_rows=True,
)
MOMENTUM = Number(
    "momentum",
    "Momentum",
    "The part of each step that carries over into the next. 0: none, as plain SGD.",
    default=0.9,
    place=Place.MODEL,
    use=Use.KNOB,
    minimum=0.0,
    maximum=0.99,
    step=0.01,
    digits=6,
)
LOSS = Choice(
    "loss",
    "Loss",
    "What training makes as small as it can. Squares weigh large errors most.",
    default="mse",
    place=Place.MODEL,
    options={name: loss.label for name, loss in LOSSES.items()},
)
ENGINE = Choice(
    "engine",
    "Engine",
    "What computes the updates. All compute the same ones; compiled code is the fastest.",
    default="compiled",
    place=Place.MODEL,
    use=Use.ITERATION,
    options={name: engine.label for name, engine in ENGINES.items()},
)
INIT = Choice(
    "init",
    "Start from",
    "Weights and bias before the first step. Random ones are drawn by the seed.",
    default="zeros",
    place=Place.DETAILS,
    options={
        "zeros": "Zeros",
        "normal": "Normal, sd 0.01",
        "torch": "As nn.Linear draws",
        "randn": "Normal, sd 1",
        CUSTOM_INIT: "Given values",
    },
)
INIT_WEIGHT = Number(
    "init_weight",
    "Weight at start",
    "In the data's own units.",
    default=0.0,
    place=Place.DETAILS,
    use=Use.GIVEN_START,
    minimum=-_MAX_START,
    maximum=_MAX_START,
)
INIT_BIAS = replace(INIT_WEIGHT, name="init_bias", label="Bias at start")
UPDATES_PER_EPOCH = Number(
    "updates_per_epoch",
    "Batches in an epoch",
    "How many batches make an epoch. All: one pass over the training rows.",
    default=None,
    place=Place.DETAILS,
    use=Use.ITERATION,
    minimum=1,
    maximum=MAX_UPDATES_PER_EPOCH,
    is_whole=True,
    rungs=(1, 10, 100),
    word_for_none="all",
    said_as={None: "one pass an epoch"},
)
SAMPLING = Choice(
    "sampling",
    "Order of rows",
    "How rows are dealt into batches. A full batch always has all of them.",
    default="shuffle",
    place=Place.DETAILS,
    use=Use.ITERATION,
    options={
        "shuffle": "Shuffled each pass",
        "sequential": "In file order",
        "replacement": "Drawn with replacement",
    },
)
WEIGHT_DECAY = Number(
    "weight_decay",
    "Weight decay",
    "Pulls every weight, and the bias, towards 0 at each step. 0: not at all.",
    default=0.0,
    place=Place.DETAILS,
    use=Use.KNOB,
    said_as={0.0: "no weight decay"},
    minimum=0.0,
    maximum=1.0,
    step=0.01,
    digits=6,
)
L1 = Number(
    "l1",
    "L1 penalty",
    "Pulls every weight towards 0 by equal steps, so that some end at exactly 0 (lasso). 0: not at "
    "all.",
    default=0.0,
    place=Place.DETAILS,
    use=Use.KNOB,
    said_as={0.0: "no L1 penalty"},
    minimum=0.0,
    maximum=2.0,  # with standardised columns all weights are 0 from here on, of the loss "mse"
    step=0.01,
    digits=6,
)
WARMUP_EPOCHS = Number(
    "warmup_epochs",
    "Warm-up",
    "Epochs at the start in which the learning rate rises to its full size. 0: none.",
    default=0,
    place=Place.DETAILS,
    use=Use.ITERATION,
    said_as={0: "no warm-up"},
    minimum=0,
    maximum=MAX_EPOCHS - 1,
    is_whole=True,
    rungs=(0, *COUNT_LADDER),
)
STOP_WHEN_CONVERGED = Switch(
    "stop_when_converged",
    "Stop when converged",
    "Ends the run at the first epoch whose gradient is at most a millionth of the first one.",
    default=False,
    place=Place.DETAILS,
    use=Use.ITERATION,
)
DTYPE = Choice(
    "dtype",
    "Precision",
    "Digits that training computes with: float64 about 16, float32 about 7.",
    default="float64",
    place=Place.DETAILS,
    options={"float32": "float32", "float64": "float64"},
)
FIT_INTERCEPT = Switch(
    "fit_intercept",
    "Intercept",
    "Off: the bias stays 0 and the line goes through the origin.",
    default=True,
    place=Place.DETAILS,
)
RESIDUALS = Choice(
    "residuals",
    "Residuals",
    "Draws each point's error: as a segment up to the line, or as its square.",
    default="none",
    place=Place.PICTURES,
    options={"none": "None", "segments": "Segments", "squares": "Squares"},
    is_row=True,
)
LOSS_AXES = Choice(
    "loss_axes",
    "Loss axes",
    "Log: equal distances are equal factors, so that small losses show.",
    default="log",
    place=Place.PICTURES,
    use=Use.VIEW,
    options={
        "log": "Loss logarithmic",
        "linear": "Both linear",
        "log-log": "Both logarithmic",
        "log-x": "Horizontal axis logarithmic",
    },
)
LOSS_X = Choice(
    "loss_x",
    "Loss by",
    "What the horizontal axis of the loss counts.",
    default="epochs",
    place=Place.PICTURES,
    use=Use.VIEW,
    options={
        "epochs": "Epochs",
        "updates": "Updates",
        "gradients": "Gradient evaluations",
        "seconds": "Seconds",
    },
)
FIT_PICTURE = Choice(
    "fit_picture",
    "Picture of the fit",
    "Which picture stands in this place, where the run has it.",
    default="default",
    place=Place.PICTURES,
    use=Use.VIEW,
    options={
        "default": "What suits the data",
        "line": "Data and learned line",
        "curve": "Data and learned curve",
        "predictions": "Predicted against actual",
    },
)
WEIGHTS_PICTURE = replace(
    FIT_PICTURE,
    name="weights_picture",
    label="Picture of the weights",
    options={
        "default": "What suits the data",
        "effects": "Weights, feature by feature",
        "estimate": "Weight and bias",
        "weights": "Learned weights against others",
        "landscape": "Loss landscape",
        "errors": "Where the error comes from",
    },
)

KEEP_GOING = Switch(
    "keep_going",
    "Keep going",
    "On: a change of rate, momentum, batch size, solver, weight decay or L1 penalty goes on from "
    "the epoch on screen, in the place of starting anew.",
    default=False,
    place=Place.TRANSPORT,
    use=Use.VIEW,
)
UNTIL = Changes(
    "until",
    "Until",
    "What the run was set to before it was changed on its way.",
    default=(),
    place=Place.TRANSPORT,
    use=Use.VIEW,
)
PINS = Packed(
    "pins",
    "Pins",
    "Runs that are kept on screen beside the one in front.",
    default="",
    place=Place.TRANSPORT,
    use=Use.VIEW,
)

PICTURE_CHOICES: Final[Mapping[str, str]] = MappingProxyType(
    {"fit": FIT_PICTURE.name, "weights": WEIGHTS_PICTURE.name}
)
"""The settings of places in the live view in which people choose among pictures, by the place."""

AXIS_CHOICES: Final[Mapping[str, str]] = MappingProxyType(
    {"loss": LOSS_X.name, "axes": LOSS_AXES.name}
)
"""The settings of the axes that people choose in the live view, by what it calls them."""

_ALL = (
    STANDARDIZE,
    TEST_FRACTION,
    SEED,
    SPLIT,
    SOLVER,
    LEARNING_RATE,
    SCHEDULE,
    N_EPOCHS,
    BATCH_SIZE,
    MOMENTUM,
    LOSS,
    ENGINE,
    INIT,
    INIT_WEIGHT,
    INIT_BIAS,
    UPDATES_PER_EPOCH,
    SAMPLING,
    WEIGHT_DECAY,
    L1,
    WARMUP_EPOCHS,
    STOP_WHEN_CONVERGED,
    DTYPE,
    FIT_INTERCEPT,
    RESIDUALS,
    LOSS_AXES,
    LOSS_X,
    FIT_PICTURE,
    WEIGHTS_PICTURE,
    KEEP_GOING,
    UNTIL,
    PINS,
)

CONTROLS: Final[Mapping[str, Control]] = MappingProxyType(
    {control.name: control for control in _ALL}
)
"""Every control of a model by its name, in the order of a page."""
