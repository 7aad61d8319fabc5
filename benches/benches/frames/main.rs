//! Measures the generated decoder and encoder, and the generator: `cargo bench -p framelock-benches -- --help`.

mod allocations;
mod generator;
mod instructions;
mod race;

use allocations::counting;
use framelock_benches::contestants::{BORROWED, ENCODERS, Loaded, READERS};
use framelock_benches::frames::Rendering;
use framelock_benches::{measured_frames, texts, verify};
use generator::whole;
use std::error::Error;
use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo bench -p framelock-benches [-- OPTION]

Without an option: how fast frames are read and written, as multiples of what serde's derive does.
  --check         the same for reading only; fails when a ratio is below what it must be
  --generator     the generator's time and memory for 100, 1,000 and 10,000 messages
  --instructions  instructions a frame, counted by callgrind (valgrind must be installed)
  --help          this text";

/// What `--check` asks of reading into borrowed types, by rendering.
const LEAST: [f64; 3] = [2.0, 1.4, 1.1];
/// How often each piece of work is repeated.
const ROUNDS: usize = 40;

fn main() -> ExitCode {
    // Cargo itself passes `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Does what the command line says; says whether all is as it must be.
fn run(words: &[String]) -> Result<bool, Box<dyn Error>> {
    let (first, rest) = words.split_first().map_or(("", words), |(first, rest)| (first.as_str(), rest));
    match first {
        "" => {
            let frames = Frames::new()?;
            frames.read();
            frames.write()?;
        }
        "--check" => return Ok(fast_enough(&Frames::new()?.read())),
        "--generator" => generator::measure()?,
        "--instructions" => instructions::measure()?,
        instructions::ONE_PASS => instructions::one_pass(rest)?,
        "--help" => println!("{HELP}"),
        other => return Err(format!("there is no option {other}\n{HELP}").into()),
    }
    Ok(true)
}

fn fast_enough(ratios: &[f64]) -> bool {
    let fast = ratios.iter().zip(LEAST).all(|(ratio, least)| *ratio >= least);
    println!(
        "{}: at least {LEAST:?} is asked of framelock, borrowed",
        if fast { "fine" } else { "too slow" }
    );
    fast
}

/// The frames in each rendering.
struct Frames([Vec<String>; 3]);

impl Frames {
    /// Renders the frames and checks that everybody reads them, and reads them right.
    fn new() -> Result<Self, Box<dyn Error>> {
        let frames = measured_frames();
        let rendered = Rendering::ALL.map(|rendering| texts(&frames, rendering));
        for texts in &rendered {
            verify(texts)?;
        }
        let mut lengths: Vec<usize> = rendered[0].iter().map(String::len).collect();
        lengths.sort_unstable();
        println!("{} frames, median {} bytes", lengths.len(), lengths[lengths.len() / 2]);
        Ok(Self(rendered))
    }

    /// Prints the table of readers; gives what is asked for by `--check`.
    fn read(&self) -> Vec<f64> {
        let columns: Vec<Vec<f64>> = self.0.iter().map(|texts| read_ratios(texts)).collect();
        println!(
            "\n| reading, ratio to derive | type first | payload first | sorted, spaces, \\u | allocations a frame |"
        );
        println!("|---|---|---|---|---|");
        for (index, reader) in READERS.iter().enumerate() {
            let cells: Vec<String> = columns.iter().map(|ratios| format!("{:.2}", ratios[index])).collect();
            let cells = cells.join(" | ");
            let (_, counts) = counting(|| (reader.read)(&self.0[0]));
            println!(
                "| {} | {cells} | {:.1} |",
                reader.name,
                whole(counts.allocations) / whole(self.0[0].len())
            );
        }
        columns.iter().map(|ratios| ratios[BORROWED]).collect()
    }

    /// Prints the table of writers.
    fn write(&self) -> Result<(), Box<dyn Error>> {
        let loaded = Loaded::new(&self.0[0]).ok_or("a frame cannot be read")?;
        let times = race::race(ENCODERS.len(), loaded.len(), ROUNDS, |index, range| {
            (ENCODERS[index].write)(&loaded, range);
        });
        println!("\n| writing, ratio to derive | ratio | allocations a frame |\n|---|---|---|");
        for (encoder, ratio) in ENCODERS.iter().zip(race::ratios(&times)) {
            let (_, counts) = counting(|| (encoder.write)(&loaded, 0..loaded.len()));
            let allocations = whole(counts.allocations) / whole(loaded.len());
            println!("| {} | {ratio:.2} | {allocations:.1} |", encoder.name);
        }
        Ok(())
    }
}

fn read_ratios(texts: &[String]) -> Vec<f64> {
    let times = race::race(READERS.len(), texts.len(), ROUNDS, |index, range| {
        (READERS[index].read)(&texts[range]);
    });
    race::ratios(&times)
}
