//! The keys that an object has had so far.

use std::borrow::Cow;
use std::collections::HashSet;

/// How many keys are compared one by one; objects with more are rare, and hashing pays for them.
const FEW: usize = 16;

/// A set of keys: a list while they are few and hold no escapes, a hash set (seeded at random, so that nobody can
/// choose keys that collide) from then on.
#[derive(Debug, Default)]
pub(super) struct KeySet<'a> {
    few: [&'a [u8]; FEW],
    count: usize,
    /// One bit for each sketch of a key in the list: most new keys are known to be new without a comparison.
    sketches: u64,
    all: Option<HashSet<Cow<'a, [u8]>>>,
}

impl<'a> KeySet<'a> {
    /// Adds `key`; `false` if it was there.
    pub(super) fn insert(&mut self, key: Cow<'a, str>) -> bool {
        match key {
            Cow::Borrowed(text) => self.insert_plain(text.as_bytes()),
            Cow::Owned(text) => self.insert_in_all(Cow::Owned(text.into_bytes())),
        }
    }

    /// Adds `key`, a slice of the text; `false` if it was there.
    #[inline]
    pub(super) fn insert_plain(&mut self, key: &'a [u8]) -> bool {
        let (None, Some(free)) = (&self.all, self.few.get_mut(self.count)) else {
            return self.insert_in_all(Cow::Borrowed(key));
        };
        *free = key;
        let bit = 1 << sketch(key);
        let new = self.sketches & bit == 0 || !self.few.iter().take(self.count).any(|before| *before == key);
        self.sketches |= bit;
        self.count += 1;
        new
    }

    #[inline(never)]
    fn insert_in_all(&mut self, key: Cow<'a, [u8]>) -> bool {
        let few = self.few.get(..self.count).unwrap_or_default();
        let all = self.all.get_or_insert_with(|| few.iter().map(|&key| Cow::Borrowed(key)).collect());
        all.insert(key)
    }
}

/// A number below 64 that equal keys share and different ones rarely do.
#[inline]
fn sketch(key: &[u8]) -> u32 {
    match key {
        [first, .., last] => {
            let length = u32::try_from(key.len()).unwrap_or_default();
            (u32::from(*first) * 7 + u32::from(*last) * 5 + length * 3) % 64
        }
        [only] => u32::from(*only) % 64,
        [] => 0,
    }
}

/// Whether two keys are equal. Most keys have four to 32 bytes: two comparisons of numbers, which may overlap, and
/// no call.
#[allow(clippy::inline_always, reason = "it runs once a key; a call is a tenth of the decoder's time")]
#[inline(always)]
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    match one.len() {
        length if length != other.len() => false,
        17..=32 => {
            one.first_chunk::<16>() == other.first_chunk() && one.last_chunk::<16>() == other.last_chunk()
        }
        8..=16 => {
            one.first_chunk::<8>() == other.first_chunk() && one.last_chunk::<8>() == other.last_chunk()
        }
        4..8 => one.first_chunk::<4>() == other.first_chunk() && one.last_chunk::<4>() == other.last_chunk(),
        _ => one == other,
    }
}
