//! The table of steps.

use super::command::Line;
use super::{Context, agreement, generators, matrix, pre_commit, publish, python, tools, typescript};
use crate::commands::{codegen, compat, release, vendor};
use crate::screen::Screen;

/// One thing that CI checks.
#[derive(Debug)]
pub(super) struct Step {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it finds out.
    pub purpose: &'static str,
    /// Whether it takes so long that it only runs with `--full`.
    pub long: bool,
    /// Whether it holds for any repository with a schema, and not for Framelock's own alone.
    pub anywhere: bool,
    /// What it runs.
    pub run: Run,
}

impl Step {
    /// A step of every run.
    const fn new(name: &'static str, purpose: &'static str, run: Run) -> Self {
        Self { name, purpose, long: false, anywhere: false, run }
    }

    /// A step of every run in any repository with a schema.
    const fn anywhere(name: &'static str, purpose: &'static str, run: Run) -> Self {
        Self { anywhere: true, ..Self::new(name, purpose, run) }
    }

    /// A step of full runs only.
    const fn long(name: &'static str, purpose: &'static str, run: Run) -> Self {
        Self { long: true, ..Self::new(name, purpose, run) }
    }
}

/// What a step runs.
#[derive(Debug)]
pub(super) enum Run {
    /// A function of this program.
    Function(fn(&Context, &mut Screen) -> anyhow::Result<()>),
    /// Commands, each only when those before it succeeded.
    Commands(&'static [Line]),
}

/// All steps, in the order in which they run: first what others need, then what fails fastest.
pub(super) const STEPS: &[Step] = &[
    Step::new(
        "tools",
        "the programs that the other steps run are installed",
        Run::Function(|context, _| tools::ensure(context)),
    ),
    Step::new(
        "format",
        "the source is formatted by rustfmt",
        Run::Commands(&[Line::new(&["cargo", "fmt", "--all", "--check"])]),
    ),
    Step::anywhere(
        "codegen",
        "the generated files are what the schemas generate",
        Run::Function(|context, screen| {
            context.with_schema(screen, |schema, screen| {
                codegen::check_fresh(None, screen)?;
                let foreign = context.own.then(|| schema.with_file_name(FOREIGN));
                foreign.map_or(Ok(()), |foreign| codegen::check_fresh(Some(foreign), screen))
            })
        }),
    ),
    Step::anywhere(
        "releases",
        "no released version was changed, and the schema gives none of them another meaning",
        Run::Function(|context, screen| context.with_schema(screen, release::check_unchanged)),
    ),
    Step::anywhere(
        "compat",
        "no change since a release breaks a peer that is in use, unless a note says so",
        Run::Function(|context, screen| context.with_schema(screen, compat::check_releases)),
    ),
    Step::anywhere(
        "vendored",
        "copies of published packages are what the packages hold",
        Run::Function(|context, screen| match &context.vendoring {
            Some(folder) => vendor::check(folder, screen),
            None => screen.remark("     there is no framelock.toml with `[[vendored]]` here"),
        }),
    ),
    Step::new(
        "clippy",
        "no lint warns, with pedantic ones included",
        Run::Commands(&[Line::new(&[
            "cargo",
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ])]),
    ),
    Step::new(
        "test",
        "all tests pass",
        Run::Commands(&[Line::new(&["cargo", "test", "--workspace", "--all-features"])]),
    ),
    Step::new(
        "pre-commit",
        "the hook for pre-commit stops commits that have drifted, and no others",
        Run::Function(pre_commit::test),
    ),
    Step::new(
        "features",
        "the generated crate compiles with each of its features alone",
        Run::Commands(&[
            Line::new(&["cargo", "check", "--manifest-path", GENERATED, "--no-default-features"]),
            Line::new(&[
                "cargo",
                "check",
                "--manifest-path",
                GENERATED,
                "--no-default-features",
                "--features",
                "server",
            ]),
            Line::new(&[
                "cargo",
                "check",
                "--manifest-path",
                GENERATED,
                "--no-default-features",
                "--features",
                "client",
            ]),
        ]),
    ),
    Step::new(
        "doc",
        "the documentation builds without a warning",
        Run::Commands(&[Line {
            words: &["cargo", "doc", "--no-deps", "--workspace"],
            variable: Some(("RUSTDOCFLAGS", "-D warnings")),
            folder: ".",
        }]),
    ),
    Step::new(
        "fuzz",
        "a minute of fuzzing finds no text on which the JSON reader and serde_json differ",
        Run::Commands(&[Line {
            words: &["cargo", "run", "--release", "--quiet", "--", "-max_total_time=60"],
            variable: None,
            // Its configuration, which instruments the code, is only read there.
            folder: "codegen/fuzz",
        }]),
    ),
    Step::new(
        "conformance",
        "generated code is exactly as strict as its schema, for every fourth group of ours",
        Run::Commands(&[Line::new(&[
            "cargo",
            "run",
            "--quiet",
            "--package",
            "framelock",
            "--",
            "conformance",
            "xtask/conformance",
            "--sample",
            "4",
            "--state",
            "target/conformance",
        ])]),
    ),
    Step::long(
        "conformance-all",
        "the same for all groups",
        Run::Commands(&[Line::new(&[
            "cargo",
            "run",
            "--quiet",
            "--package",
            "framelock",
            "--",
            "conformance",
            "xtask/conformance",
            "--state",
            "target/conformance",
        ])]),
    ),
    Step::long(
        "prove",
        "a change of the protocol in any of the ways there are stops whom it must stop, and nobody else",
        Run::Commands(&[Line::new(&[
            "cargo",
            "run",
            "--quiet",
            "--package",
            "framelock",
            "--",
            "prove",
            "--sample",
            "1",
        ])]),
    ),
    Step::long(
        "bench",
        "reading keeps its lead over serde's derive",
        Run::Commands(&[Line::new(&["cargo", "bench", "--package", "framelock-benches", "--", "--check"])]),
    ),
    Step::new(
        "validators",
        "two other validators judge the schema's samples as we do, by its files and by the bundle",
        Run::Function(tools::validate_samples),
    ),
    Step::new(
        "python",
        "the generated Python package reads, builds and types what the schema says",
        Run::Function(python::test),
    ),
    Step::new(
        "typescript",
        "the generated npm package compiles for those who use it, and judges the schema's samples as we do",
        Run::Function(typescript::check),
    ),
    Step::new(
        "matrix",
        "clients in three languages and servers in two understand each other's every message",
        Run::Function(matrix::test),
    ),
    Step::new(
        "agreement",
        "ten thousand frames made from the schema end in one verdict, whoever judges them",
        Run::Function(agreement::test),
    ),
    Step::new(
        "publish",
        "the packages work where nothing else is installed, and come out the same elsewhere",
        Run::Function(publish::check),
    ),
    Step::long(
        "generators",
        "other people's generators take the bundled schema, and what they write compiles",
        Run::Function(generators::run),
    ),
    Step::long(
        "comparison",
        "no validator of TypeScript reads our frames both with less code and faster than the generated package",
        Run::Function(typescript::compare),
    ),
];

/// What Framelock's own repository has, and no other one.
pub(super) const OWN: &str = "xtask/src/commands/check/steps.rs";

/// The schema folder of somebody else's protocol.
const FOREIGN: &str = "examples/mcp/schema";

/// The generated crate, whatever the manifest calls its package.
const GENERATED: &str = "generated/rust/Cargo.toml";
