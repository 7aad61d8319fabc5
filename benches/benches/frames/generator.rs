//! How the generator's time and memory grow with the schema.

use crate::allocations::counting;
use framelock_benches::{SEED, plan, schema};
use framelock_codegen::Config;
use std::error::Error;
use std::time::{Duration, Instant};

/// How many messages the schemas have, and how often each is generated from.
const SIZES: [(usize, usize); 3] = [(100, 5), (1_000, 3), (10_000, 1)];

/// Prints the table.
pub(crate) fn measure() -> Result<(), Box<dyn Error>> {
    println!(
        "| messages | schema, MB | output, lines | time, s | a message, ms | memory, MB | a message, kB |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (messages, rounds) in SIZES {
        let folder = tempfile::tempdir()?;
        let protocol = plan::protocol(messages, SEED);
        schema::write(&protocol, folder.path())?;
        let bytes: usize = schema::files(&protocol).iter().map(|(_, text)| text.len()).sum();
        let (lines, counts) = counting(|| generate(folder.path()));
        let (lines, memory) = (lines?, counts.peak);
        let mut time = Duration::MAX;
        for _ in 0..rounds {
            let start = Instant::now();
            generate(folder.path())?;
            time = time.min(start.elapsed());
        }
        let each = time.as_secs_f64() * 1e3 / whole(messages);
        println!(
            "| {messages} | {:.1} | {lines} | {:.2} | {each:.2} | {:.0} | {:.0} |",
            whole(bytes) / 1e6,
            time.as_secs_f64(),
            whole(memory) / 1e6,
            whole(memory) / 1e3 / whole(messages),
        );
    }
    Ok(())
}

/// Generates everything; says how many lines that are.
fn generate(folder: &std::path::Path) -> Result<usize, Box<dyn Error>> {
    let generation = Config::new(folder).generate().map_err(|report| report.to_string())?;
    Ok(generation.outputs.iter().map(|output| output.text.lines().count()).sum())
}

/// A count for dividing: none here is beyond 2^53.
#[allow(clippy::cast_precision_loss, reason = "none of the counts is beyond 2^53")]
pub(crate) fn whole(count: usize) -> f64 {
    count as f64
}
