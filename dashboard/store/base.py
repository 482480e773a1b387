"""What the tables of the one database have in common, whoever defines them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Double, MetaData
from sqlalchemy.orm import DeclarativeBase

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_JSON = JSON(none_as_null=True)


class Base(DeclarativeBase):
    """All tables, with names for their keys that are the same in every database."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {float: Double(), dict[str, Any]: _JSON, list[str]: _JSON}
