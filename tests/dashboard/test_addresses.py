"""Runs' addresses: signed, read back as they were, and no longer than a proxy takes."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from dashboard.live.addresses import (
    KEY_VARIABLE,
    MAX_ADDRESS_CHARACTERS,
    Addresses,
    AddressTooLong,
    ForeignAddress,
)
from dashboard.presets import PRESETS
from dashboard.problem_spec import SentData
from dashboard.run_spec import RunSpec
from linreg_core import ConfigError, Params
from tests.dashboard.serving import TINY

SPECS = [
    *(preset.settings.run_spec for preset in PRESETS),
    RunSpec(replace(TINY.problem_spec, data=SentData("0" * 32, 10**7, 10**4)), TINY.config()),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_an_address_leads_back_to_its_spec(spec: RunSpec) -> None:
    addresses = Addresses()
    address = addresses.address(spec)
    assert addresses.spec(address).to_text() == spec.to_text()
    assert re.fullmatch("[A-Za-z0-9_.-]+", address), "nothing is escaped on its way"
    assert len(address) < 500


def test_the_key_is_the_settings_or_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = TINY.run_spec
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert Addresses().address(spec) != Addresses().address(spec)
    monkeypatch.setenv(KEY_VARIABLE, "ours")
    assert Addresses().address(spec) == Addresses("ours").address(spec)
    with pytest.raises(ForeignAddress):
        Addresses("theirs").spec(Addresses().address(spec))


def test_a_spec_with_too_much_to_say_has_no_address() -> None:
    weights = np.random.default_rng(0).normal(size=2_000)
    config = replace(TINY.config(), init=Params(weights, 0.0))
    with pytest.raises(ConfigError, match="at most 4,000 characters"):
        Addresses().address(replace(TINY.run_spec, config=config))
    with pytest.raises(AddressTooLong):
        Addresses().spec("x" * (MAX_ADDRESS_CHARACTERS + 1))
