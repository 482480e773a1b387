"""A line between the ranks, beside what they compute: who dies, hangs or fails is named to all.

Rank 0 is the hub. A process that ends closes its connection, whatever ended it, and so is known to
be gone at once, also where others are reading rows and wait for nobody. Each side says once a
second that it is there: who is silent for `SILENCE` seconds, hangs or can't be reached.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

SILENCE: Final = 30.0
TURN: Final = 1.0
_MOST_BYTES: Final = 4_000
EXIT_LOST: Final = 3


@dataclass
class _Peer:
    """The other end: its rank, what has come of its next line, when it was heard."""

    line: socket.socket
    rank: int
    heard: float
    text: bytes = b""
    is_done: bool = False


def end_process(told: str) -> None:
    """Say why and end this process at once, whatever its main thread waits for."""
    sys.stdout.flush()
    sys.stderr.write(f"\nlinreg_core: {told}\n")  # a progress bar may stand on the line before
    sys.stderr.flush()
    os._exit(EXIT_LOST)


class Lifeline:
    """One rank's end of it; `on_loss` is told, in a thread of its own, why the run is over."""

    def __init__(
        self,
        rank: int,
        n_ranks: int,
        peers: dict[int, socket.socket],
        on_loss: Callable[[str], None] = end_process,
        silence: float = SILENCE,
        turn: float = TURN,
    ) -> None:
        self._rank, self._n_ranks, self._on_loss = rank, n_ranks, on_loss
        self._silence, self._turn = silence, turn
        now = time.monotonic()
        self._peers = [_Peer(line, number, now) for number, line in peers.items()]
        for line in peers.values():
            line.settimeout(silence)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="lifeline", daemon=True)
        self._thread.start()

    def fail(self, sentence: str) -> None:
        """Tell all others that this rank ends the run, and why."""
        self._is_over.set()
        self._send(f"rank {self._rank} of {self._n_ranks}: {sentence}")
        self._close()

    def close(self) -> None:
        """Tell all others that this rank has come to its end."""
        self._is_over.set()
        self._send("done")
        self._close()

    def _close(self) -> None:
        self._thread.join(2 * self._turn + 1.0)
        for peer in self._peers:
            peer.line.close()

    def _send(self, text: str) -> None:
        message = " ".join(text.split()).encode()[: _MOST_BYTES - 1] + b"\n"
        for peer in self._peers:
            try:
                peer.line.sendall(message)
            except OSError:
                peer.is_done = True  # who is gone is told by what is read of it

    def _watch(self) -> None:
        with selectors.DefaultSelector() as waiting:
            for peer in self._peers:
                waiting.register(peer.line, selectors.EVENT_READ, peer)
            said = 0.0
            while not self._is_over.is_set():
                for key, _ in waiting.select(self._turn):
                    if not self._hear(key.data):
                        waiting.unregister(key.data.line)
                if time.monotonic() - said > self._turn and not self._is_over.is_set():
                    said = time.monotonic()
                    self._send("here")
                    self._look_for_silence(said)

    def _hear(self, peer: _Peer) -> bool:
        """Take what a peer says; return whether there may be more."""
        try:
            data = peer.line.recv(_MOST_BYTES)
        except OSError:
            data = b""
        if not data:
            if not peer.is_done:
                self._lose(f"rank {peer.rank} of {self._n_ranks} is gone: it was ended, or died")
            return False
        peer.heard = time.monotonic()
        *lines, peer.text = (peer.text + data).split(b"\n")
        for line in lines:
            said = line.decode(errors="replace")
            peer.is_done |= said == "done"
            if said not in ("done", "here"):
                self._lose(said)
        return True

    def _look_for_silence(self, now: float) -> None:
        for peer in self._peers:
            if not peer.is_done and now - peer.heard > self._silence:
                self._lose(
                    f"rank {peer.rank} of {self._n_ranks} has said nothing for {self._silence:.0f} "
                    f"seconds: it hangs, or its machine can't be reached"
                )

    def _lose(self, told: str) -> None:
        if not self._is_over.is_set():
            self._is_over.set()
            self._send(told)
            self._on_loss(told)
