"""What the web server and the trainer's process say to each other, over a pair of pipes.

A frame is ``u32 run id | u8 kind | u32 size | payload``, little-endian.
"""

from __future__ import annotations

import asyncio
import enum
import struct

_HEADER = struct.Struct("<IBI")


class Kind(enum.IntEnum):
    """What a frame says. Those up to FEED go to the trainer, the others come from it.

    The id of HOLD, PART and FORGET is the key of the data, that of the others the request's.
    """

    START = 0  # payload: a pickled (RunSpec, who asks)
    CANCEL = 1
    READ = 2  # payload: as many bytes as the client has taken, a little-endian u32
    HOLD = 3  # payload: a pickled DataHeader; parts follow
    PART = 4  # payload: the next bytes of the data
    FORGET = 5
    MODEL = 6  # payload: a pickled (Params, whether it has a bias); the answer is its state_dict
    DIAGNOSE = 7  # payload: a pickled RunSpec; the answer is what the doctor says of it, as JSON
    MAKE = 8  # payload: a pickled (name of a maker, RunSpec, its options); the answer is a file
    ASK = 9  # whether it is there; the answer is empty
    FEED = 10  # payload: a pickled Feed, or a text that ends the run; the id is a WatchedSpec's
    STARTED = 11
    REFUSED = 12  # payload: the sentence for the client
    FAILED = 13  # a fault of ours, which is in the trainer's log
    CHUNK = 14  # payload: the next bytes of the stream
    RESULT = 15  # payload: a pickled RunResult, before the stream's last bytes
    ANSWER = 16  # payload: what was asked for
    DONE = 17
    FULL = 18  # payload: the sentence for the client; there may be room later


Frame = tuple[int, Kind, bytes]


def write_frame(
    writer: asyncio.StreamWriter, run_id: int, kind: Kind, payload: bytes = b""
) -> None:
    """Queue a frame. Event loop only."""
    writer.write(_HEADER.pack(run_id, kind, len(payload)) + payload)


async def read_frame(reader: asyncio.StreamReader) -> Frame | None:
    """Return the next frame, or None when the other side has gone."""
    try:
        run_id, kind, size = _HEADER.unpack(await reader.readexactly(_HEADER.size))
        return run_id, Kind(kind), await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
