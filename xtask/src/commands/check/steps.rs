//! The table of steps.

use super::command::Line;
use super::{Context, tools};
use crate::commands::codegen;
use crate::screen::Screen;

/// One thing that CI checks.
#[derive(Debug)]
pub(super) struct Step {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it finds out.
    pub purpose: &'static str,
    /// What it runs.
    pub run: Run,
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
    Step {
        name: "tools",
        purpose: "the programs that the other steps run are installed",
        run: Run::Function(|context, _| tools::ensure(context)),
    },
    Step {
        name: "format",
        purpose: "the source is formatted by rustfmt",
        run: Run::Commands(&[Line::new(&["cargo", "fmt", "--all", "--check"])]),
    },
    Step {
        name: "codegen",
        purpose: "generated/ is what the schema generates",
        run: Run::Function(|_, screen| codegen::check_fresh(screen)),
    },
    Step {
        name: "clippy",
        purpose: "no lint warns, with pedantic ones included",
        run: Run::Commands(&[Line::new(&[
            "cargo",
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ])]),
    },
    Step {
        name: "test",
        purpose: "all tests pass",
        run: Run::Commands(&[Line::new(&["cargo", "test", "--workspace", "--all-features"])]),
    },
    Step {
        name: "features",
        purpose: "the generated crate compiles with each of its features alone",
        run: Run::Commands(&[
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
    },
    Step {
        name: "doc",
        purpose: "the documentation builds without a warning",
        run: Run::Commands(&[Line {
            words: &["cargo", "doc", "--no-deps", "--workspace"],
            variable: Some(("RUSTDOCFLAGS", "-D warnings")),
            folder: ".",
        }]),
    },
    Step {
        name: "fuzz",
        purpose: "a minute of fuzzing finds no text on which the JSON reader and serde_json differ",
        run: Run::Commands(&[Line {
            words: &["cargo", "run", "--release", "--quiet", "--", "-max_total_time=60"],
            variable: None,
            // Its configuration, which instruments the code, is only read there.
            folder: "codegen/fuzz",
        }]),
    },
    Step {
        name: "validators",
        purpose: "two other validators judge the schema's samples as we do",
        run: Run::Function(tools::validate_samples),
    },
];

/// The generated crate, whatever the manifest calls its package.
const GENERATED: &str = "generated/rust/Cargo.toml";
