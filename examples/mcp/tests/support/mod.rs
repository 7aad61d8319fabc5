//! What several tests need.
#![allow(dead_code)] // each test uses a part of it

pub(crate) mod judge;
pub(crate) mod tools;
pub(crate) mod transcript;

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How every test ends.
pub(crate) type TestResult<T = ()> = Result<T, Box<dyn Error>>;

/// How long a peer may be silent, however busy the machine is.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The folder of this example.
pub(crate) fn example() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file for a test's frames, which is not there yet.
pub(crate) fn log(test: &str) -> io::Result<PathBuf> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mcp-{test}.log"));
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(path),
    }
}
