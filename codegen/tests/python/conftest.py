"""The support code is imported from where it stands, as a package of its own."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "src/emit/python"))
