//! Compares contestants on a machine that is busy with other things: they take turns on short pieces of work, again
//! and again, and of each piece only the fastest turn counts.

use std::ops::Range;
use std::time::{Duration, Instant};

/// How many frames a contestant handles before it is the next one's turn: about a millisecond's work.
const PIECE: usize = 500;

/// The time that each contestant needs for `count` frames when nothing disturbs it.
pub(crate) fn race(
    contestants: usize,
    count: usize,
    rounds: usize,
    mut turn: impl FnMut(usize, Range<usize>),
) -> Vec<Duration> {
    let pieces: Vec<Range<usize>> =
        (0..count).step_by(PIECE).map(|start| start..count.min(start + PIECE)).collect();
    let mut fastest = vec![vec![Duration::MAX; pieces.len()]; contestants];
    for round in 0..rounds {
        for (piece, range) in pieces.iter().enumerate() {
            for place in 0..contestants {
                // Nobody always goes first.
                let contestant = (place + round) % contestants;
                let start = Instant::now();
                turn(contestant, range.clone());
                let slot = &mut fastest[contestant][piece];
                *slot = start.elapsed().min(*slot);
            }
        }
    }
    fastest.into_iter().map(|pieces| pieces.iter().sum()).collect()
}

/// How many times as fast as the first each contestant is.
pub(crate) fn ratios(times: &[Duration]) -> Vec<f64> {
    let base = times.first().map_or(0.0, Duration::as_secs_f64);
    times.iter().map(|time| base / time.as_secs_f64()).collect()
}
