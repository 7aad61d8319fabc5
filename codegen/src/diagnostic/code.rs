//! Every mistake that Framelock can point out, with a name that never changes.

use std::fmt;

macro_rules! codes {
    ($($variant:ident $name:literal $summary:literal $explanation:literal)+) => {
        /// What kind of mistake a finding is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $summary] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the phases that report them.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)+];

            /// The stable name, as findings print it.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// The mistake in one line.
            pub const fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary,)+ }
            }

            /// Why it is one, and how to mend it: what `framelock explain` prints.
            pub const fn explanation(self) -> &'static str {
                match self { $(Code::$variant => $explanation,)+ }
            }
        }
    };
}

codes! {
    UnreadableFile "unreadable-file"
        "a file is missing or cannot be read"
        "Framelock reads regular files below the schema folder. The file named does not exist, is a folder, a pipe or a device, or may not be read. Check the path and its permissions."
    OutsideRoot "outside-root"
        "a path leads out of the schema folder"
        "Only files below the schema folder are read: a schema must not be able to pull in other files of the machine, whether by `..`, by an absolute path or through a symbolic link. Move the file into the schema folder."
    NotUtf8 "not-utf8"
        "a file is not UTF-8 text"
        "JSON is UTF-8 without a byte order mark (RFC 8259 §8.1). Save the file as UTF-8; remove the byte order mark."
    InvalidJson "invalid-json"
        "a file is not JSON"
        "The text breaks the grammar of RFC 8259: comments, trailing commas, single quotes and NaN are not JSON. The finding points at the first byte that does not fit."
    DuplicateKey "duplicate-key"
        "an object has the same key twice"
        "Parsers disagree on which of two equal keys counts, so a schema with both says two things. Delete one."
    InvalidManifest "invalid-manifest"
        "framelock.toml is not as its schema says"
        "The manifest is TOML; its JSON Schema is written beside the generated code (framelock.schema.json) and editors can use it. The finding says which key is wrong and what was expected."
    ToolVersion "tool-version"
        "the manifest asks for another version of Framelock"
        "The manifest pins the version of the generator, so that everybody writes the same bytes. Install the version that it names, or change `tool.version` and regenerate in one commit."
    InvalidRelease "invalid-release"
        "a released version cannot be read as one"
        "Generated code knows the released versions that peers still speak. What `framelock release` froze in `releases/<version>/` never changes: `release.toml` is as it was written, and has the digests of the other files. Restore the folder from version control. The notes for the next release, `releases/next.toml`, are yours to mend: the finding says which key is wrong."
    InvalidAdapter "invalid-adapter"
        "what a note says becomes of frames is not what becomes of them"
        "A note on a breaking change declares how frames of the release become frames of this version, and back. Each step is of a closed vocabulary, its places are those of the message in the version that it speaks of, and every example of either version is converted: the other version must take it, and it must come back as it was unless a loss is stated. The finding says which step, or shows the frame. What cannot be declared is said to be done by hand."
    MissingDialect "missing-dialect"
        "a schema file does not say its dialect"
        "A schema file starts with `\"$schema\"` and the URI of its dialect; without it two tools may read the same file by different rules. In the profile `any`, `schema.dialect` of the manifest can say it for files that do not."
    UnsupportedDialect "unsupported-dialect"
        "the dialect is not one that Framelock reads"
        "The strict profile reads JSON Schema 2020-12; the profile `any` also reads draft-04, 06, 07 and 2019-09, each by the exact URI of its metaschema. Keywords change meaning between dialects; reading the file by the wrong rules would be a silent guess."
    InvalidKeyword "invalid-keyword"
        "a keyword has a value that its dialect does not allow"
        "The dialect's metaschema refuses the value: a negative length, a `required` that is no array, a type that does not exist."
    UnknownKeyword "unknown-keyword"
        "a keyword is not part of the dialect"
        "A misspelt keyword constrains nothing and nobody notices. In the strict profile every keyword is one of the dialect or of Framelock's `x-` vocabulary."
    UnsupportedKeyword "unsupported-keyword"
        "a keyword is not part of the strict profile"
        "The keyword is part of the dialect, but not of the closed vocabulary for protocols of one's own. Say the same with the keywords listed in schema/README.md; the profile `any` honours it."
    InvalidExtension "invalid-extension"
        "an `x-` keyword of the vocabulary has a wrong value"
        "The `x-` keywords carry what JSON Schema cannot say (units, known values, retired spellings). The finding says what the keyword expects."
    RemoteReference "remote-reference"
        "a reference leads to the network"
        "Framelock never fetches anything: builds must not depend on a network, and a schema must not make requests. Copy the schema into the schema folder and refer to the file; or, where the reference is not yours to change, say which file stands for it: under `schema.resources` of the manifest, or with `--resource URI=FILE` (`--resource URI/=DIR` for all files below a folder)."
    DanglingReference "dangling-reference"
        "a reference leads nowhere"
        "Nothing stands at the place that `$ref` names. References are resolved as URIs relative to the file they stand in, with a JSON Pointer behind `#`."
    NotASchema "not-a-schema"
        "a reference leads to something that is not a schema"
        "The target exists, but it is not in a place where JSON Schema expects a schema (a `const` value, the `properties` object itself). Point at the schema itself."
    ReferenceCycle "reference-cycle"
        "references lead in a circle without saying anything"
        "Each schema in the circle only refers to the next one, so none of them describes a value."
    MissingRoot "missing-root"
        "the schema of a direction is not there"
        "`roots.server`, `roots.client` and, in the profile `any`, `roots.either` of the manifest name the schemas of what each side sends; what they name must exist. `x-protocol` in the root file gives the protocol's name and version."
    UnreferencedFile "unreferenced-file"
        "a JSON file of the schema folder is not part of the protocol"
        "Nothing refers to the file, so nothing that it says is generated or checked, and a change in it would go unseen. Refer to it, name it after the message that it belongs to (`<message>.invalid.json`), or delete it."
    UnreferencedDefinition "unreferenced-definition"
        "a definition is not part of the protocol"
        "Nothing refers to the entry of `$defs`, so nothing that it says is generated or checked, and its mistakes would go unseen. Refer to it or delete it."
    MissingType "missing-type"
        "a schema does not say what it accepts"
        "Without `type`, `const`, `enum`, `$ref` or a union the schema accepts every JSON value. If that is meant, write `true`."
    MissingDescription "missing-description"
        "a type or property has no description"
        "Descriptions become the documentation of the generated types in every language. In the strict profile each type and each property has one, beside it or at the `$ref`'s target."
    UnnamedObject "unnamed-object"
        "an object, union or enumeration has no name"
        "Generated types need names that stay the same. Move the schema into `$defs` under the name that it should have, and refer to it."
    UntypedObject "untyped-object"
        "an object lists no properties and does not say that it is free-form"
        "If the object may hold anything, say so with `\"additionalProperties\": true`; otherwise list its properties."
    UnsupportedShape "unsupported-shape"
        "a combination of keywords has no shape yet"
        "Each keyword is understood, but not in this combination. Framelock refuses what it cannot represent exactly instead of generating a type that accepts too much."
    AmbiguousUnion "ambiguous-union"
        "a union has no discriminator"
        "The members of a `oneOf` or `anyOf` must be told apart by one required property that has a different `const` string in each member (or be one schema and `null`). Add such a property, or merge the members."
    DuplicateDiscriminator "duplicate-discriminator"
        "two members of a union have the same discriminator value"
        "A frame with that value would fit both members. Give each its own value."
    MixedEnvelope "mixed-envelope"
        "members of a frame union do not share one envelope"
        "Either all members of the union refer to the same envelope object and add only the discriminator and one payload property, or none does."
    ConflictingProperty "conflicting-property"
        "a property is declared twice in ways that cannot be merged"
        "The property stands in a referenced object and again beside the reference, and the second does not simply narrow the first. Keep one of them."
    UnknownRequired "unknown-required"
        "`required` names a property that is not declared"
        "The property would have no type. Declare it under `properties`, or mend the spelling."
    DuplicateValue "duplicate-value"
        "an enumeration lists a value twice"
        "The values of an enumeration differ from each other."
    Unsatisfiable "unsatisfiable"
        "no value can satisfy the schema"
        "The keywords contradict each other (a least length above the greatest, a required property that is refused), so no message could ever be sent."
    UnboundedInteger "unbounded-integer"
        "an integer has no bounds that fit 64 bits"
        "JSON Schema integers are unbounded; a 64-bit type would refuse values that the schema accepts. Give `minimum` and `maximum` (up to 9007199254740991 if JavaScript must hold it)."
    InvalidPattern "invalid-pattern"
        "a pattern is not a regular expression that can be honoured"
        "Patterns are ECMA-262 regular expressions. The strict profile refuses look-around and back references, since they cannot be matched in linear time; the profile `any` matches them by backtracking."
    FormatWithoutPattern "format-without-pattern"
        "`format` stands alone"
        "In JSON Schema 2020-12 `format` is an annotation: validators do not check it. Put a `pattern` (or bounds) beside it that says what is checked."
    UnlistedSynonym "unlisted-synonym"
        "a retired spelling is declared on one side only"
        "A retired spelling is declared twice: in `x-synonyms` of the property that replaced it, and as a property with the schema `false`, so that every validator refuses it."
    RecursiveType "recursive-type"
        "a type contains itself without end"
        "Every value of the type contains another one, so that none could ever be written down. Types may contain themselves where the inner value may be absent, null or in an array that may be empty."
    NameCollision "name-collision"
        "two names become the same identifier"
        "The names differ in the schema but not as identifiers of the generated language. Rename one of the types, or use another property name."
    InvalidExample "invalid-example"
        "an example is not valid"
        "Examples are documentation, test data and constructor code. The `jsonschema` crate refuses this one under the very schema that carries it; the finding repeats its reason."
    InvalidSample "invalid-sample"
        "an entry of an `.invalid.json` file is malformed"
        "Beside each message stand frames that must be refused: an array of objects with `why` (one line), `frame` (or `text`, for what is no JSON), the `code` of the error that a decoder gives, and its `pointer`."
    InvalidLegacyForm "invalid-legacy-form"
        "the declaration of a legacy form is wrong"
        "A legacy form names its message, how it is recognised and how it is turned into the canonical frame; its samples must convert as they say. The finding says what does not fit."
}

impl Code {
    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
