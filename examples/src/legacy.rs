//! What came in retired forms, for whoever has to know whether anybody still sends them.

use netra_protocol::support::{Policy, Receiver, Seen};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A retired form, the retired name of the message if it had one, and what was done with the frame.
pub type Kind = (&'static str, Option<&'static str>, &'static str);

/// How many frames of each kind came. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct LegacyCounts {
    counts: Arc<Mutex<BTreeMap<Kind, u64>>>,
    silent: bool,
}

impl LegacyCounts {
    /// Counts for somebody who looks at them: nothing is written to standard error.
    #[must_use]
    pub fn silent() -> Self {
        Self { silent: true, ..Self::default() }
    }

    /// How many frames of the form came.
    pub fn of(&self, form: &str) -> u64 {
        self.all().iter().filter(|((name, ..), _)| *name == form).map(|(_, count)| count).sum()
    }

    /// Everything that was counted so far.
    pub fn all(&self) -> BTreeMap<Kind, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A receiver that tells these counts of every legacy frame.
    #[must_use]
    pub fn observing(&self, receiver: Receiver) -> Receiver {
        let counts = self.clone();
        receiver.with_observer(move |seen| counts.count(seen))
    }

    fn count(&self, seen: &Seen<'_>) {
        let kind = (seen.form.name, seen.name, done(seen.policy));
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(kind).or_default() += 1;
        if seen.policy == Policy::Warn && !self.silent {
            eprintln!(
                "warning: a frame of the form {:?}, retired in {}",
                seen.form.name, seen.form.retired_in
            );
        }
    }
}

/// What was done with a frame.
fn done(policy: Policy) -> &'static str {
    match policy {
        Policy::Accept => "accepted",
        Policy::Warn => "accepted with a warning",
        Policy::Refuse => "refused",
    }
}
