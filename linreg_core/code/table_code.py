"""later"""
from __future__ import annotations
def table_code() -> None:
    """x"""
