//! Counts instructions with callgrind: the same number on every run, however busy the machine is.

use crate::generator::whole;
use framelock_benches::contestants::READERS;
use framelock_benches::frames::Rendering;
use framelock_benches::{measured_frames, texts};
use std::error::Error;
use std::process::Command;

/// How many of the frames are read: callgrind takes fifty times as long.
const FRAMES: usize = 2_000;

/// The argument behind which the numbers of a rendering and of a reader stand.
pub(crate) const ONE_PASS: &str = "--one-pass";

/// Prints instructions a frame for each reader and rendering.
pub(crate) fn measure() -> Result<(), Box<dyn Error>> {
    println!("| instructions a frame | type first | payload first | sorted keys, spaces, \\u |");
    println!("|---|---|---|---|");
    for (reader, contestant) in READERS.iter().enumerate() {
        let mut cells = Vec::new();
        for rendering in 0..Rendering::ALL.len() {
            // What is not reading is the same in both runs.
            let counted = run(rendering, reader, 2)?.saturating_sub(run(rendering, reader, 1)?);
            cells.push(format!("{:.0}", whole(counted) / whole(FRAMES)));
        }
        println!("| {} | {} |", contestant.name, cells.join(" | "));
    }
    Ok(())
}

/// Counts the instructions of a whole run that reads the frames this many times.
fn run(rendering: usize, reader: usize, passes: usize) -> Result<usize, Box<dyn Error>> {
    let words = [rendering, reader, passes].map(|number| number.to_string());
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .arg(ONE_PASS)
        .args(words)
        .output()
        .map_err(|error| format!("valgrind cannot be run: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted =
        said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, number)| number.trim());
    Ok(counted.ok_or_else(|| format!("valgrind counted nothing:\n{said}"))?.parse()?)
}

/// What runs under callgrind.
pub(crate) fn one_pass(words: &[String]) -> Result<(), Box<dyn Error>> {
    let numbers: Vec<usize> = words.iter().map(|word| word.parse()).collect::<Result<_, _>>()?;
    let [rendering, reader, passes] = numbers[..] else {
        return Err("a rendering, a reader and a number of passes, please".into());
    };
    let texts = texts(&measured_frames()[..FRAMES], Rendering::ALL[rendering]);
    for _ in 0..passes {
        assert_eq!((READERS[reader].read)(&texts), texts.len(), "every frame is read");
    }
    Ok(())
}
