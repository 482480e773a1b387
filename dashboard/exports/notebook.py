"""A script as a Jupyter notebook: the same code, a part in each cell, under its heading."""

from __future__ import annotations

from collections.abc import Sequence

from linreg_core.code import ScriptSection


def notebook_bytes(sections: Sequence[ScriptSection]) -> bytes:
    """Return the notebook file of a script's sections; equal ones give equal bytes."""
    import nbformat
    from nbformat import v4

    title, *parts = sections
    cells = [v4.new_markdown_cell(f"# {title.heading}"), v4.new_code_cell(title.code)]
    for part in parts:
        cells += [v4.new_markdown_cell(f"## {part.heading}"), v4.new_code_cell(part.code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # nbformat draws one
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)
    return text.encode()
