#!/usr/bin/env python3
"""Labels the conformance data with python-jsonschema, or checks the labels.

    python3 label.py           writes the verdicts and the canonical format
    python3 label.py --check   writes nothing; exit status 1 if anything would change or is malformed

Needs jsonschema 4.26; needs no network. README.md says what the files are.
"""

import json
import math
import pathlib
import re
import sys
import warnings

from jsonschema import (
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
    FormatChecker,
)
from jsonschema.exceptions import SchemaError

HERE = pathlib.Path(__file__).resolve().parent
# Each file with the `$schema` of all of its groups and the class that knows that dialect.
FILES = {
    "dialects/draft-04.json": ("http://json-schema.org/draft-04/schema#", Draft4Validator),
    "dialects/draft-06.json": ("http://json-schema.org/draft-06/schema#", Draft6Validator),
    "dialects/draft-07.json": ("http://json-schema.org/draft-07/schema#", Draft7Validator),
    "dialects/draft-2019-09.json": ("https://json-schema.org/draft/2019-09/schema", Draft201909Validator),
    "traps.json": ("https://json-schema.org/draft/2020-12/schema", Draft202012Validator),
}
GROUP_KEYS = ["description", "labelled", "schema", "tests"]
TEST_KEYS = ["description", "data", "valid"]
BY_HAND = "by hand: "
# Marks a number's text while it is carried as a string; U+E000 is in no file.
MARK = "\ue000"


def unique_keys(pairs):
    """A JSON object; a name twice would leave the meaning of a test to the parser."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError(f"a name is there twice among {[name for name, _ in pairs]}")
    return dict(pairs)


def parse(text):
    """The values to judge, and the same with each number as the text that it has in the file."""

    def decimal(literal):
        number = float(literal)
        if math.isinf(number):
            raise ValueError(f"{literal} is beyond what Python can judge")
        return number

    def keep(literal):
        return f"{MARK}{literal}{MARK}"

    judged = json.loads(text, object_pairs_hook=unique_keys, parse_float=decimal)
    written = json.loads(text, object_pairs_hook=unique_keys, parse_float=keep, parse_int=keep)
    return judged, written


def render(written):
    """The canonical text. Numbers stay as they are: `1e2`, `-0` and `1.0` are cases of their own."""
    text = json.dumps(written, indent=2, ensure_ascii=False) + "\n"
    return re.sub(f'"{MARK}([^{MARK}]*){MARK}"', r"\1", text)


def shape_problems(group, written, dialect):
    """What is malformed in a group, whatever its verdicts are."""
    keys = [key for key in GROUP_KEYS if key in group]
    if list(group) != keys or set(GROUP_KEYS) - set(keys) - {"labelled"}:
        yield f"its keys must be {GROUP_KEYS} in this order (`labelled` only where it is by hand)"
        return
    if not group.get("labelled", BY_HAND + "…").startswith(BY_HAND):
        yield f"`labelled` must begin with {BY_HAND!r}"
    if not isinstance(group["schema"], dict) or group["schema"].get("$schema") != dialect:
        yield f"its schema must say $schema {dialect}"
    tests = group["tests"]
    if any(list(test) != TEST_KEYS for test in tests):
        yield f"the keys of a test must be {TEST_KEYS} in this order"
        return
    names = [test["description"] for test in tests]
    if len(set(names)) != len(names):
        yield "two tests have the same description"
    if len(tests) < 3:
        yield "fewer than three tests"
    if len({json.dumps(test["data"]) for test in written["tests"]}) != len(tests):
        yield "two tests have the same instance"


def schema_problems(group, validator_class):
    """What the dialect's meta-schema has against a schema."""
    try:
        # Without `format`, so that Python does not judge a pattern that is not in its syntax.
        validator_class.check_schema(group["schema"], format_checker=FormatChecker(formats=()))
    except SchemaError as error:
        yield f"its schema is no schema of the dialect: {error.message}"


def relabel(group, written, validator_class):
    """Writes python-jsonschema's verdicts to `written`; yields each that the file has otherwise."""
    if "labelled" in group:
        return
    validator = validator_class(group["schema"])
    for test, target in zip(group["tests"], written["tests"]):
        verdict = validator.is_valid(test["data"])
        target["valid"] = verdict
        if verdict != test["valid"]:
            yield f"{test['description']!r}: the label says {test['valid']}, {validator_class.__name__} says {verdict}"


class Judged:
    """A file, what is malformed in it, what would change in it, and the text that it should have."""

    def __init__(self, path, dialect, validator_class):
        text = path.read_text(encoding="utf-8")
        self.groups, written = parse(text)
        self.malformed, self.changes = [], []
        seen = set()
        for group, target in zip(self.groups, written):
            name = group.get("description")
            found = ["another group has this description"] if name in seen else []
            seen.add(name)
            found += shape_problems(group, target, dialect)
            found += [] if found else schema_problems(group, validator_class)
            if not found:
                self.changes += [f"{name!r}: {change}" for change in relabel(group, target, validator_class)]
                if {test["valid"] for test in target["tests"]} != {True, False}:
                    found.append("it needs a valid and an invalid instance, or a decoder that reads nothing would pass")
            self.malformed += [f"{name!r}: {problem}" for problem in found]
        self.text = render(written)
        if self.text != text and not self.changes:
            self.changes.append("it is not in the canonical format")


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    check = arguments == ["--check"]
    # Python says that it may once read some patterns otherwise; the version is pinned.
    warnings.simplefilter("ignore", FutureWarning)
    on_disk = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*.json")}
    failed = False
    for unknown in sorted(on_disk - set(FILES)):
        failed = True
        print(f"{unknown}: FILES in label.py does not name its dialect")
    for name, (dialect, validator_class) in FILES.items():
        judged = Judged(HERE / name, dialect, validator_class)
        for problem in judged.malformed + judged.changes:
            print(f"{name}: {problem}")
        failed = failed or bool(judged.malformed or check and judged.changes)
        if not check:
            (HERE / name).write_text(judged.text, encoding="utf-8", newline="\n")
        tests = [test["valid"] for group in judged.groups for test in group["tests"]]
        by_hand = sum("labelled" in group for group in judged.groups)
        print(
            f"{name}: {len(judged.groups)} groups ({by_hand} labelled by hand), "
            f"{len(tests)} tests ({tests.count(True)} valid, {tests.count(False)} invalid)"
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
