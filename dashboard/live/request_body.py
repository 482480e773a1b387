"""What a request brings, within a bound."""

from __future__ import annotations

from starlette.requests import Request

_MOST_DIGITS = 12  # of a length that a client may claim


async def bounded_body(request: Request, most_bytes: int) -> bytes | None:
    """Return what was sent; None as soon as it is more than it may be."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or len(said) > _MOST_DIGITS or int(said) > most_bytes:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            return None
    return bytes(body)
