//! The matrix: programs in each language that send each other every message.

use super::{Context, python, tools, typescript};
use crate::screen::Screen;

/// Builds the peers, and lets pytest bring each client together with each server.
///
/// # Errors
/// What failed.
pub(super) fn test(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let mut pytest = python::pytest(context)?;
    pytest.env("RUST_PEER", tools::example("peer", context)?);
    pytest.env("TYPESCRIPT_PEER", typescript::compile(context)?.join("peer.mjs"));
    python::run(pytest.arg("examples/matrix"), context, screen)
}
