"""The wire format: what is written reads back, in Python and in the browser's own decoder."""

from __future__ import annotations

import base64
import json
import subprocess
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.live.assets import STATIC_FOLDER
from dashboard.live.wire import QUANTISED_LEVELS, StreamCompressor, encode_chunk, quantise
from tests.dashboard.nodes import node
from tests.dashboard.streams import dequantised, inflated, read_chunks

GENERATOR = np.random.default_rng(3)
COLUMNS: dict[str, dict[str, NDArray[Any]]] = {
    "none": {},
    "empty": {"a": np.empty(0, np.float32), "b": np.empty((0, 3), np.float32)},
    "float64": {"a": np.array([0.1, -np.inf, np.nan, 1e300, 5e-324])},
    "float32": {"a": GENERATOR.standard_normal((5, 7)).astype(np.float32)},
    "uint32": {"a": np.array([0, 1, 2**32 - 1], np.uint32)},
    "int16": {"a": np.array([[0, 1, -1], [255, 256, -256], [32767, -32768, 129]], np.int16)},
    "a column of a matrix": {"a": GENERATOR.standard_normal((6, 4))[:, 2]},
    "every second row": {"a": np.arange(24, dtype=np.int16).reshape(8, 3)[::2]},
    "odd header, then float64": {"é": np.array([1.5]), "b": np.array([2], np.uint32)},
}
FIELDS: tuple[tuple[Any, Any], ...] = (
    (0.1, 0.1),
    (float("nan"), None),
    (float("inf"), None),
    (-float("inf"), None),
    (np.float64("nan"), None),
    ([1.0, float("nan"), [float("inf")]], [1.0, None, [None]]),
    ({"low": float("-inf"), "step": 2.0}, {"low": None, "step": 2.0}),
    ((1, 2), [1, 2]),
    ("Größe <b>&\u2028 🏠", "Größe <b>&\u2028 🏠"),
    (None, None),
    (True, True),
    (2**53, 2**53),
)
GRIDS: dict[str, NDArray[np.float64]] = {
    "random": GENERATOR.standard_normal((9, 11)),
    "large": 1e12 * GENERATOR.standard_normal((4, 3)),
    "tiny": 1e-12 * GENERATOR.standard_normal((4, 3)),
    "extremes, back and forth": np.array([[-1.0, 1.0], [1.0, -1.0], [-1.0, 1.0]]),
    "one value": np.full((3, 2), 7.25),
    "one row": GENERATOR.standard_normal((1, 5)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_read_back_exactly(name: str) -> None:
    columns = COLUMNS[name]
    (chunk,) = read_chunks(encode_chunk("rows", {"firstRow": 3}, columns))
    assert (chunk.kind, chunk.fields) == ("rows", {"firstRow": 3})
    assert list(chunk.columns) == list(columns)
    for column, values in columns.items():
        assert chunk.columns[column].dtype == values.dtype
        np.testing.assert_array_equal(chunk.columns[column], values)


@pytest.mark.parametrize(("written", "read"), FIELDS, ids=[repr(w) for w, _ in FIELDS])
def test_fields_are_json_and_what_is_not_finite_is_null(written: Any, read: Any) -> None:
    (chunk,) = read_chunks(encode_chunk("end", {"field": written}, {}))
    assert chunk.fields == {"field": read}


def test_a_chunk_costs_its_header_and_its_columns() -> None:
    columns = {"a": np.zeros(1000, np.float32), "b": np.zeros((100, 3), np.int16)}
    assert 4000 + 600 < len(encode_chunk("rows", {}, columns)) < 4000 + 600 + 200


@pytest.mark.parametrize("name", GRIDS)
def test_quantised_values_are_within_half_a_level(name: str) -> None:
    values = GRIDS[name]
    differences, low, step = quantise(values)
    span = values.max() - values.min()
    assert differences.dtype == np.int16
    assert step == pytest.approx(span / QUANTISED_LEVELS) or span == 0
    error = np.abs(dequantised(differences, {"low": low, "step": step}) - values).max()
    assert error <= 0.5001 * step * (span > 0)


def test_what_is_not_finite_is_quantised_to_the_lower_end() -> None:
    values = np.array([[1.0, np.nan], [np.inf, 3.0], [-np.inf, 2.0]])
    differences, low, step = quantise(values)
    decoded = dequantised(differences, {"low": low, "step": step})
    np.testing.assert_allclose(decoded, [[1, 1], [1, 3], [1, 2]], atol=step / 2)


@pytest.mark.parametrize("values", [np.full((2, 2), np.nan), np.empty((0, 4))])
def test_nothing_finite_is_quantised_to_zero(values: NDArray[np.float64]) -> None:
    differences, low, step = quantise(values)
    assert low == 0 and step > 0 and not differences.any()


def test_each_compressed_chunk_is_readable_as_soon_as_it_has_come() -> None:
    chunks = [encode_chunk(kind, {"n": n}, COLUMNS["float32"]) for n, kind in enumerate("abc")]
    compressor, stream = StreamCompressor(), b""
    for n, chunk in enumerate(chunks, start=1):
        stream += compressor.add(chunk)
        assert inflated(stream) == b"".join(chunks[:n])


def test_a_finished_stream_is_a_whole_gzip_file() -> None:
    compressor = StreamCompressor()
    stream = compressor.add(b"one") + compressor.add(b"two") + compressor.finish()
    decompressor = zlib.decompressobj(31)
    assert decompressor.decompress(stream) == b"onetwo"
    assert decompressor.eof and not decompressor.unused_data


def test_the_stream_is_compressed() -> None:
    levels = np.cumsum(np.ones((100, 200)), axis=0)
    chunk = encode_chunk("rows", {}, {"a": quantise(levels)[0]})
    assert len(StreamCompressor().add(chunk)) < len(chunk) / 20


# --- The browser's decoder ---------------------------------------------------------------------

DECODE = """
import { ChunkReader, dequantise } from "%s";
const { stream, cut } = JSON.parse(await new Promise((resolve) => {
  let text = "";
  process.stdin.on("data", (part) => (text += part)).on("end", () => resolve(text));
}));
const bytes = Buffer.from(stream, "base64");
const reader = new ChunkReader();
const chunks = [];
for (let at = 0; at < bytes.length; at += cut) {
  chunks.push(...reader.push(new Uint8Array(bytes.subarray(at, at + cut))));
}
const spelled = (value) => (Number.isFinite(value) ? value : String(value));
for (const { columns, ...header } of chunks) {
  const values = {};
  for (const [name, column] of Object.entries(columns)) {
    const grid = header.grids?.[name];
    const numbers = grid ? dequantise(column, grid).flatMap((row) => [...row]) : [...column.values];
    values[name] = { shape: column.shape, values: numbers.map(spelled) };
  }
  console.log(JSON.stringify({ header, values }));
}
"""


def decoded_by_node(stream: bytes, cut: int) -> list[dict[str, Any]]:
    """The chunks as `decode.js` reads them when the network delivers `cut` bytes at a time."""
    script = DECODE % (STATIC_FOLDER / "decode.js").as_uri()
    request = json.dumps({"stream": base64.b64encode(stream).decode(), "cut": cut})
    done = subprocess.run(
        [node(), "--input-type=module", "--eval", script],
        input=request,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line]


@pytest.mark.parametrize("cut", [1, 3, 61, 10_000_000])
def test_the_browser_reads_what_the_server_writes(cut: int) -> None:
    stream = b"".join(
        encode_chunk("rows", {"case": name}, columns) for name, columns in COLUMNS.items()
    )
    read = decoded_by_node(stream, cut)
    assert [chunk["header"]["case"] for chunk in read] == list(COLUMNS)
    for chunk, columns in zip(read, COLUMNS.values(), strict=True):
        assert list(chunk["values"]) == list(columns)
        for name, values in columns.items():
            assert chunk["values"][name]["shape"] == list(values.shape)
            numbers = np.array([float(v) for v in chunk["values"][name]["values"]])
            np.testing.assert_array_equal(numbers, values.ravel().astype(np.float64))


def test_the_browser_reads_the_same_header() -> None:
    fields = {f"field{n}": written for n, (written, _) in enumerate(FIELDS)}
    (chunk,) = decoded_by_node(encode_chunk("end", fields, {}), cut=7)
    assert {name: chunk["header"][name] for name in fields} == {
        f"field{n}": read for n, (_, read) in enumerate(FIELDS)
    }
    assert chunk["header"]["kind"] == "end"


def test_the_browser_undoes_quantisation() -> None:
    quantised = {name: quantise(values) for name, values in GRIDS.items()}
    grids = {name: {"low": low, "step": step} for name, (_, low, step) in quantised.items()}
    columns = {name: differences for name, (differences, _, _) in quantised.items()}
    (chunk,) = decoded_by_node(encode_chunk("rows", {"grids": grids}, columns), cut=1000)
    for name, values in GRIDS.items():
        read = np.array(chunk["values"][name]["values"]).reshape(values.shape)
        span = float(values.max() - values.min())
        room = 0.51 * grids[name]["step"] * (span > 0) + 1e-6 * np.abs(values).max()
        np.testing.assert_allclose(read, values, rtol=0, atol=room)
