"""Two type checkers read the package, the programs on it, and code that has drifted from the schema."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "generated/python/netra_protocol"
EXAMPLES = ROOT / "examples/python"
DRIFT = EXAMPLES / "typing/drift.py"
CLEAN = [
    PACKAGE,
    EXAMPLES / "netra_example",
    EXAMPLES / "tests",
    EXAMPLES / "typing/consumer.py",
    ROOT / "examples/matrix/test_matrix.py",
]
# The oldest Python that the package is for: nothing newer may be used.
OLDEST = "3.10"
PYRIGHT = os.environ.get("PYRIGHT")


def run(command: list[str], variable: str) -> subprocess.CompletedProcess[str]:
    """Runs a checker, which finds modules by an environment variable."""
    path = os.pathsep.join([str(EXAMPLES / "tests"), str(EXAMPLES), str(PACKAGE.parent)])
    environment = os.environ | {variable: path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done


def mypy(paths: Sequence[pathlib.Path], cache: pathlib.Path) -> list[tuple[str, int]]:
    """The files and lines that mypy reports."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(cache)]
    command += ["--python-version", OLDEST]
    command += map(str, paths)
    done = run(command, "MYPYPATH")
    found = re.findall(r"^(.+?):([0-9]+): error", done.stdout, re.MULTILINE)
    assert bool(found) == bool(done.returncode), done.stdout
    return [(pathlib.Path(path).name, int(line)) for path, line in found]


def pyright(paths: Sequence[pathlib.Path], _cache: pathlib.Path) -> list[tuple[str, int]]:
    """The files and lines that pyright reports."""
    if PYRIGHT is None:
        pytest.skip("PYRIGHT does not say where pyright is")
    command = ["node", PYRIGHT, "--outputjson", "--pythonpath", sys.executable, "--pythonversion", OLDEST]
    command += map(str, paths)
    done = run(command, "PYTHONPATH")
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] > 0
    found = report["generalDiagnostics"]
    return [(pathlib.Path(one["file"]).name, one["range"]["start"]["line"] + 1) for one in found]


Checker = Callable[[Sequence[pathlib.Path], pathlib.Path], list[tuple[str, int]]]


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_nothing_is_reported_of_programs_that_are_right(checker: Checker, tmp_path: pathlib.Path) -> None:
    assert checker(CLEAN, tmp_path) == []


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_drift_is_reported(checker: Checker, tmp_path: pathlib.Path) -> None:
    lines = enumerate(DRIFT.read_text("utf-8").splitlines(), 1)
    marked = {(DRIFT.name, number) for number, line in lines if "# drift" in line}
    assert len(marked) == 10
    assert set(checker([DRIFT], tmp_path)) == marked
