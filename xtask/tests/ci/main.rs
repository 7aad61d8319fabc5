//! What stops drift before it is merged: the job on GitHub, the hooks of git, and the formats that machines read. Each runs
//! as it stands in repositories made for it, drifted and not.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../common/mod.rs"]
mod common;
mod formats;
mod hooks;
mod repository;
mod sarif;
mod vendored;
mod workflow;
