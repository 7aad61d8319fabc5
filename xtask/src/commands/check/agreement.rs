//! The judges of the examples' test `agreement`, with more frames than an ordinary run of the tests has.

use super::Context;
use super::command::{command, execute};
use crate::screen::Screen;

/// How many frames are made.
const CASES: &str = "10000";

/// Makes frames from the schema, has everybody judge them, and shows the seed and what was covered.
///
/// # Errors
/// The frame that is judged differently, or what failed.
pub(super) fn test(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let mut test = command("cargo");
    test.args(["test", "--quiet", "--package", "framelock-examples", "--test", "agreement"]);
    test.args(["--", "--nocapture"]).env("FRAMELOCK_CASES", CASES).current_dir(&context.root);
    let printed = execute(&mut test, context)?;
    let told = printed.lines().filter(|line| line.contains("FRAMELOCK_SEED") || line.contains("branches"));
    told.map(|line| line.trim_start_matches('.')).try_for_each(|line| screen.remark(&format!("     {line}")))
}
