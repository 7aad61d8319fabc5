"""The package as a wheel: what is in it, that it is the same wherever it is built, and that it needs nothing else."""

from __future__ import annotations

import email
import glob
import hashlib
import importlib.metadata
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
import schema

PACKAGE = pathlib.Path(__file__).resolve().parents[3] / "generated/python"
INSTALLED = pathlib.Path(__file__).with_name("installed.py")


def build(source: pathlib.Path, into: pathlib.Path, **variables: str) -> pathlib.Path:
    """Builds a wheel with the backend that the package names, which must be installed."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(into)]
    done = subprocess.run(command, cwd=source, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [wheel] = into.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return build(PACKAGE, tmp_path_factory.mktemp("wheel"))


def test_the_backend_is_the_one_that_is_tested() -> None:
    project = (PACKAGE / "pyproject.toml").read_text("utf-8")
    assert f'requires = ["hatchling=={importlib.metadata.version("hatchling")}"]' in project


def test_it_holds_the_package_and_nothing_else(wheel: pathlib.Path) -> None:
    sources = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("netra_protocol/**/*") if path.is_file()}
    sources = {path for path in sources if "__pycache__" not in path}
    assert "netra_protocol/py.typed" in sources
    with zipfile.ZipFile(wheel) as archive:
        information = {f"netra_protocol-2.0.0.dist-info/{name}" for name in ("METADATA", "RECORD", "WHEEL")}
        assert set(archive.namelist()) == sources | information
        metadata = email.message_from_bytes(archive.read("netra_protocol-2.0.0.dist-info/METADATA"))
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata.get_all("Requires-Dist") == ["pydantic>=2.10; extra == 'pydantic'"]
    assert "## What Python makes different" in str(metadata.get_payload())


def test_the_same_bytes_come_of_any_folder_time_zone_and_locale(wheel: pathlib.Path, tmp_path: pathlib.Path) -> None:
    elsewhere = tmp_path / "elsewhere, with a space" / "ü"
    shutil.copytree(PACKAGE, elsewhere, copy_function=shutil.copyfile)
    # A repository that ignores what is generated, files of another day, caches, and modes of another umask.
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*\n")
    (elsewhere / "netra_protocol/__pycache__").mkdir(exist_ok=True)
    (elsewhere / "netra_protocol/__pycache__/types.cpython-310.pyc").write_bytes(b"")
    for path in elsewhere.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600)
    variables = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "LANG": "tr_TR", "PYTHONHASHSEED": "7"}
    other = build(elsewhere, tmp_path / "out", **variables)
    assert other.name == wheel.name == "netra_protocol-2.0.0-py3-none-any.whl"
    assert hashlib.sha256(other.read_bytes()).hexdigest() == hashlib.sha256(wheel.read_bytes()).hexdigest()


def interpreters() -> list[str]:
    """This Python, and 3.10 if it is somewhere; pyenv's programs on the path refuse unless their version is chosen."""
    pyenv = os.environ.get("PYENV_ROOT", str(pathlib.Path.home() / ".pyenv"))
    found = [shutil.which("python3.10") or "", *glob.glob(f"{glob.escape(pyenv)}/versions/3.10.*/bin/python3.10")]
    return [sys.executable, *[python for python in found if python and works(python)][:1]]


def works(python: str) -> bool:
    """Whether an interpreter runs."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("index", [0, 1], ids=["this Python", "Python 3.10"])
def test_it_works_in_an_environment_of_its_own(index: int, wheel: pathlib.Path, tmp_path: pathlib.Path) -> None:
    found = interpreters()
    if index == len(found):
        pytest.skip("there is no Python 3.10 here; mypy and pyright judge the package by its rules all the same")
    environment = tmp_path / "environment"
    subprocess.run([found[index], "-m", "venv", "--without-pip", str(environment)], check=True)
    python = str(environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", str(wheel)]
    subprocess.run([*pip, "--disable-pip-version-check"], check=True)
    # The package must come from the environment alone.
    variables = os.environ | {"PYTHONPATH": str(INSTALLED.parents[1])}
    command = [python, str(INSTALLED)]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(rf"{len(list(schema.examples()))} samples\n", done.stdout)
