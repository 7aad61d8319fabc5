"""What the examples in Python have for tests is used here as well."""

import pathlib
import sys

PYTHON = pathlib.Path(__file__).resolve().parents[1] / "python"
sys.path[:0] = [str(PYTHON), str(PYTHON / "tests")]
