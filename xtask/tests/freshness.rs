//! The repository's own generated code.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Run, framelock, repository};

/// What `cargo xtask codegen --check` says, as a plain `cargo test` says it too.
#[test]
fn committed_output_is_fresh() {
    for schema in [&[][..], &["--schema", "examples/mcp/schema"]] {
        let run = framelock().args(["codegen", "--check"]).args(schema).current_dir(repository()).output();
        let run = Run::from(run.unwrap());
        assert_eq!(run.code, Some(0), "\n{}{}", run.out, run.err);
    }
}
