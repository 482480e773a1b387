"""The four tutorials as one-click starts: settings, story and published numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.controls.control import CUSTOM_INIT
from dashboard.settings import Settings, make_settings


@dataclass(frozen=True)
class Published:
    """A number that a tutorial prints, and where our run has the same.

    `quantity` is "trainLoss", "testLoss", "batchLoss", "weight" or "bias" at `epoch`, or
    "referenceWeight" or "referenceBias".
    """

    label: str
    value: float
    quantity: str
    epoch: int = 0
    decimals: int = 4


@dataclass(frozen=True)
class Preset:
    """A start. `remedy`, where there is one, is the change that makes the run succeed."""

    name: str
    title: str
    story: str
    settings: Settings
    published: tuple[Published, ...] = ()
    published_note: str = ""
    remedy: Settings | None = None
    remedy_label: str = ""
    remedy_story: str = ""

    @cached_property
    def query(self) -> dict[str, str]:
        """What the address says where this is what the page is set to."""
        return self.settings.query()

    def story_for(self, settings: Settings) -> str | None:
        """Return what to look at, if `settings` train what this preset trains."""
        if settings.run_key == self.settings.run_key:
            return self.story
        if self.remedy and settings.run_key == self.remedy.run_key:
            return self.remedy_story
        return None


_CONDOS = make_settings(
    "condos",
    learning_rate=1e-6,
    n_epochs=101,
    batch_size=1,
    sampling="sequential",
    init="torch",
    dtype="float32",
)

T1 = Preset(
    name="condos",
    title="1 · Condos",
    story="One condo at a time, in raw square feet: the line thrashes and never finds the prices. "
    "The tutorial blames SGD, but it is the scale of the feature: standardise it and look again.",
    settings=_CONDOS,
    published=(
        Published("Reference slope", 1246.51, "referenceWeight", decimals=2),
        Published("Reference intercept", -37866.33, "referenceBias", decimals=2),
        Published("Weight after 1 pass", 855.0042, "weight", epoch=1),
        Published("Bias after 1 pass", 8.9205, "bias", epoch=1),
        Published("Weight after 101 passes", 2105.35, "weight", epoch=101, decimals=2),
        Published("Bias after 101 passes", -1282.66, "bias", epoch=101, decimals=2),
    ),
    published_note="The condos here are synthetic, made so that their least-squares line is the "
    "published one; the tutorial's own file is not public, so paths of SGD differ in detail.",
    remedy=replace(_CONDOS, standardize=True, learning_rate=1e-3),
    remedy_label="Standardise the feature",
    remedy_story="The same SGD, one condo at a time, on standardised columns with learning rate "
    "0.001: it lands on the reference line. Nothing was wrong with SGD.",
)

T2 = Preset(
    name="exact",
    title="2 · Exact line",
    story="No noise, absolute loss. The last 20 points are the test: the line must extrapolate. "
    "Constant steps on an absolute loss end in a small oscillation, not at rest.",
    settings=make_settings(
        "exact_line",
        test_fraction=0.2,
        split="sequential",
        loss="l1",
        learning_rate=0.01,
        n_epochs=500,
        init=CUSTOM_INIT,
        init_weight=-0.4936685,
        init_bias=0.37220125,
        dtype="float32",
    ),
    published=tuple(
        published
        for epoch, train, test in (
            (0, 0.866349, 2.121262),
            (100, 0.271591, 0.660304),
            (200, 0.171660, 0.342793),
            (300, 0.080711, 0.158639),
            (400, 0.004712, 0.018943),
        )
        for published in (
            Published(f"Train loss, epoch {epoch}", train, "trainLoss", epoch, 6),
            Published(f"Test loss, epoch {epoch}", test, "testLoss", epoch + 1, 6),
        )
    )
    + (
        Published("Learned weight", 0.8005, "weight", 500),
        Published("Learned bias", 0.2043, "bias", 500),
    ),
    published_note="Training loss before that epoch's update, test loss after it, as the tutorial "
    "prints them. Rounding decides which oscillation the end falls into.",
)

T3 = Preset(
    name="weights",
    title="3 · 2,000 weights",
    story="Two thousand weights from noise to truth, 64 rows at a time, drawn with replacement: "
    "watch the cloud turn onto the diagonal.",
    settings=make_settings(
        "many_weights",
        loss="half_mse",
        learning_rate=0.01,
        n_epochs=2000,
        batch_size=64,
        sampling="replacement",
        updates_per_epoch=1,
        init="normal",
        dtype="float32",
    ),
    published=(Published("Final minibatch loss", 0.0787, "batchLoss", 2000),),
    published_note="One draw of many: over eight seeds the final minibatch loss is 0.056 to 0.109.",
)

T4 = Preset(
    name="noisy",
    title="4 · Noisy line",
    story="A hundred noisy points, full batch. The line ends where least squares puts it, beside "
    "the true one: noise moves the best answer.",
    settings=make_settings("line", learning_rate=0.1, n_epochs=1000, init="randn"),
    published=(
        Published("True slope", 1.0, "weight", 1000),
        Published("True intercept", 0.0, "bias", 1000),
    ),
)

PRESETS = (T1, T2, T3, T4)
FIRST_PRESET = T4  # what a visitor sees first: it works, and it is quick


def preset_of(settings: Settings) -> Preset | None:
    """Return the preset that `settings` train, if any."""
    return next((preset for preset in PRESETS if preset.story_for(settings)), None)
