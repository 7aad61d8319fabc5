//! What several tests need.
#![allow(dead_code)] // each test uses a part of it

pub(crate) mod drift;
pub(crate) mod peers;
pub(crate) mod relay;
pub(crate) mod render;
pub(crate) mod schema;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::timeout;

/// How every test ends.
pub(crate) type TestResult<T = ()> = Result<T, Box<dyn Error>>;

/// How long a conversation may take, however busy the machine is.
const LONGEST: Duration = Duration::from_secs(5);

/// Runs a conversation, which must end in time.
pub(crate) async fn bounded<T>(conversation: impl Future<Output = TestResult<T>>) -> TestResult<T> {
    timeout(LONGEST, conversation).await?
}

/// The folder that holds the workspace.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}
