"""A page's modules in one file do what they do as modules."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from dashboard.live.assets import BUNDLED, STATIC_FOLDERS
from dashboard.live.bundle import NotBundled, bundled, without_comments
from dashboard.live.modules import module_graph

DASHBOARD = STATIC_FOLDERS[0].parents[1]
MODULES = {
    "main.js": 'import { twice as double, Box } from "./deep/math.js";\n'
    'import * as words from "./words.js";\n'
    "const LOCAL = 1; // is another one there\n"
    "console.log(double(LOCAL), new Box(3).value, words.hello, Object.keys(words).join());",
    "deep/math.js": 'import {\n  FACTOR,\n} from "../words.js";\n\n'
    "/** Twice.\n * @param {number} x */\n"
    "export function twice(x) {\n  return LOCAL * FACTOR * x;\n}\nconst LOCAL = 1;\n"
    "export class Box {\n  constructor(value) {\n    this.value = value;\n  }\n}\n",
    "words.js": "// Words.\n\nexport const FACTOR = 2;\nexport const hello = `hello // there`;\n"
    "export async function later() {}\nexport function* many() {}",
}


def written(folder: Path, modules: dict[str, str]) -> Path:
    for name, source in modules.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(source)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder / "main.js"


def node(*arguments: str) -> str:
    done = subprocess.run(["node", *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def test_it_does_what_the_modules_do(tmp_path: Path) -> None:
    main = written(tmp_path, MODULES)
    (tmp_path / "bundle.js").write_text(bundled(main))
    assert node(str(tmp_path / "bundle.js")) == node(str(main)) != ""


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('export * from "./words.js";', "export"),
        ("export default 3;", "export default"),
        ("export { a };\nconst a = 1;", "export"),
        ("export let a = 1;", "export let"),
        ('import "./words.js";', "import"),
        ('import Words from "./words.js";', "import"),
    ],
)
def test_what_it_cannot_bundle_it_refuses(tmp_path: Path, source: str, said: str) -> None:
    main = written(tmp_path, MODULES | {"main.js": source})
    with pytest.raises(NotBundled, match=said):
        bundled(main)


def test_modules_that_import_one_another_are_refused(tmp_path: Path) -> None:
    circle = {
        "main.js": 'import { a } from "./a.js";\nexport const b = 1;',
        "a.js": 'import { b } from "./main.js";\nexport const a = 1;',
    }
    with pytest.raises(NotBundled, match="import one another"):
        bundled(written(tmp_path, circle))


@pytest.mark.parametrize("name", BUNDLED)
def test_our_pages_are_bundled_whole(tmp_path: Path, name: str) -> None:
    file = tmp_path / "bundle.mjs"
    file.write_text(bundled(DASHBOARD / name))
    node("--check", str(file))
    assert file.read_text().count(" = (() => {\n") >= len(module_graph(DASHBOARD / name))


@pytest.mark.parametrize("name", BUNDLED)
def test_only_comments_are_left_out(name: str) -> None:
    """No text goes over several lines, so that what looks like a comment is one."""
    for module in module_graph(DASHBOARD / name):
        source = without_comments(module.read_text())
        for line in source.splitlines():
            marks = line.replace(r"\`", "").replace('"`"', "").count("`")
            assert marks % 2 == 0, (module.name, line)
        assert not re.search(r"^\s*(?:\*|/\*)", source, re.MULTILINE), module
