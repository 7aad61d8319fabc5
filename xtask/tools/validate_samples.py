"""Judges the schema's samples with the `jsonschema` package: python validate_samples.py SCHEMA_FOLDER FOLDER_OF_BUNDLES

- each entry of `examples` is valid under the schema that carries it, and a message's under its direction's root;
- each `frame` of a `*.invalid.json` is refused by the root of its direction (of both, for `both/`, unless
  the case names its `sender`);
- of each sample of a legacy form the canonical twin is valid, and the frame is refused.

A root judges as the plain bundle has it, and as the one in draft-07 has it.

validate_samples.mjs does the same with ajv, by the files of the schema folder and the annotated bundle, too, so that no
single validator's opinion decides.
"""

import importlib.metadata
import json
import pathlib
import sys
import tomllib

from jsonschema import Draft202012Validator, validators
from referencing import Registry
from referencing.jsonschema import DRAFT202012

BASE = "https://framelock.invalid/"
DIRECTIONS = {"server": ["server"], "client": ["client"], "both": ["server", "client"]}
# Keywords whose value is a schema, a list of schemas, or an object of schemas.
ONE = "items not if then else additionalProperties contains propertyNames unevaluatedItems unevaluatedProperties".split()
LIST = "oneOf anyOf allOf prefixItems".split()
NAMED = "$defs properties patternProperties dependentSchemas".split()


def schemas_in(schema, pointer=""):
    """Every schema in a file with its JSON Pointer; never a value that only looks like one."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for keyword in ONE:
        yield from schemas_in(schema.get(keyword), f"{pointer}/{keyword}")
    for keyword in LIST:
        for index, inner in enumerate(schema.get(keyword, [])):
            yield from schemas_in(inner, f"{pointer}/{keyword}/{index}")
    for keyword in NAMED:
        for name, inner in schema.get(keyword, {}).items():
            escaped = name.replace("~", "~0").replace("/", "~1")
            yield from schemas_in(inner, f"{pointer}/{keyword}/{escaped}")


def direction_of(path, pointer):
    """The side that sends the frames of a message's schema; None for what is no whole message."""
    folder = path.split("/")[0]
    if folder in ("server", "client"):
        return folder if pointer == "" else None
    name = pointer.removeprefix("/$defs/")
    if folder != "both" or "/" in name:
        return None
    return next((side for side in ("server", "client") if name.startswith(side.capitalize())), None)


class Judge:
    """The schema folder with its bundle, and what was found out about its samples."""

    def __init__(self, folder, bundles):
        self.folder = folder
        self.files = {
            path.relative_to(folder).as_posix(): json.loads(path.read_text("utf-8"))
            for path in sorted(folder.rglob("*.schema.json"))
            # What was released is no part of the schema as it stands.
            if path.relative_to(folder).parts[0] != "releases"
        }
        manifest = tomllib.loads((folder / "framelock.toml").read_text("utf-8"))
        self.roots = {side: manifest["schema"]["root"] + root for side, root in manifest["roots"].items()}
        resources = ((BASE + path, DRAFT202012.create_resource(schema)) for path, schema in self.files.items())
        self.registry = Registry().with_resources(resources)
        self.judges = {side: [] for side in self.roots}
        for path in sorted(bundles.iterdir()):
            # What the annotated one says besides constrains nothing; ajv, which is quicker, judges by it, too.
            if ".annotated." not in path.name:
                self.add_bundle(path.name, json.loads(path.read_text("utf-8")))
        self.faults = []

    def validator(self, reference):
        """The schema folder's validator behind a reference."""
        return Draft202012Validator({"$ref": BASE + reference}, registry=self.registry)

    def add_bundle(self, file, bundle):
        """Lets a rendering of the bundle judge the frames of each side, too."""
        dialect = validators.validator_for(bundle)
        dialect.check_schema(bundle)
        container = "definitions" if "definitions" in bundle else "$defs"
        for side, root in self.roots.items():
            name = f"#/{container}/{root.split('/')[-1]}"
            # The same document, with one side's frames at the top.
            self.judges[side].append((file + name, dialect({**bundle, "anyOf": [{"$ref": name}]})))

    def examples(self):
        """Judges all examples; returns how many there are."""
        count = 0
        for path, file in self.files.items():
            Draft202012Validator.check_schema(file)
            for pointer, schema in schemas_in(file):
                for index, example in enumerate(schema.get("examples", [])):
                    count += 1
                    self.accept(path, pointer, index, example)
        return count

    def accept(self, path, pointer, index, example):
        """Judges one example."""
        side = direction_of(path, pointer)
        reference = f"{path}#{pointer}"
        judges = [(reference, self.validator(reference))] + (self.judges[side] if side else [])
        self.expect(True, judges, example, f"{reference}/examples/{index}")

    def expect(self, accepted, judges, frame, place):
        """Notes which of some judges do not say of a frame what is expected."""
        for name, validator in judges:
            error = next(validator.iter_errors(frame), None)
            if error and accepted:
                self.faults.append(f"{place}: refused by {name}: {error.json_path}: {error.message}")
            elif not error and not accepted:
                self.faults.append(f"{place}: accepted by {name}")

    def refusals(self):
        """Judges all frames that must be refused; returns how many there are, and how many texts were left out."""
        frames = texts = 0
        for path in sorted(self.folder.rglob("*.invalid.json")):
            relative = path.relative_to(self.folder).as_posix()
            for index, case in enumerate(json.loads(path.read_text("utf-8"))):
                if "frame" not in case:
                    texts += 1
                    continue
                frames += 1
                sides = DIRECTIONS.get(relative.split("/")[0], ["server", "client"])
                for side in [case["sender"]] if "sender" in case else sides:
                    self.expect(False, self.judges[side], case["frame"], f"{relative}#/{index} ({case['why']})")
        return frames, texts

    def retired(self):
        """Judges the samples of all legacy forms; returns how many there are."""
        count = 0
        for path in sorted(self.folder.glob("legacy/*.json")):
            form = json.loads(path.read_text("utf-8"))
            for index, sample in enumerate(form.get("samples", [])):
                count += 1
                judges = self.judges[sample.get("sender", form["sender"])]
                place = f"legacy/{path.name}#/samples/{index}"
                self.expect(True, judges, sample["canonical"], f"{place}/canonical")
                self.expect(False, judges, sample["frame"], f"{place}/frame")
        return count


def main():
    """Judges everything, and ends with 1 when a sample is not what it should be."""
    judge = Judge(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
    examples = judge.examples()
    frames, texts = judge.refusals()
    retired = judge.retired()
    schemas = len(judge.judges["server"])
    version = importlib.metadata.version("jsonschema")
    print(f"jsonschema {version}: {examples} examples, {frames} invalid frames ({texts} texts left out), {retired} retired frames, by {schemas} schemas")
    if not examples or not frames or not retired or schemas < 2:
        judge.faults.append("there is nothing to judge")
    print(*judge.faults, sep="\n", end="\n" if judge.faults else "")
    sys.exit(1 if judge.faults else 0)


main()
