//! Where every time in a frame comes from.

use netra_protocol::support::Violation;
use netra_protocol::types::UnixSeconds;
use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time as the protocol writes it.
///
/// # Errors
/// The violated bound, for a clock that is set before 1970 or after 9999.
pub fn unix_seconds(time: SystemTime) -> Result<UnixSeconds, Violation> {
    let seconds = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    };
    UnixSeconds::new(seconds)
}

/// The time now.
///
/// # Errors
/// Those of [`unix_seconds`].
pub fn now() -> Result<UnixSeconds, Violation> {
    unix_seconds(SystemTime::now())
}
