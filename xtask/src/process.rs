//! Other programs that the commands run.

use anyhow::{Context as _, bail};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::process::{Command, ExitStatus, Stdio};

/// Most lines of a failed command's output that are shown.
const LINES_SHOWN: usize = 60;

/// A program by its name: the cargo that started us rather than another one on the path.
pub(crate) fn command(program: &str) -> Command {
    match (program, std::env::var_os("CARGO")) {
        ("cargo", Some(cargo)) => Command::new(cargo),
        ("npm", _) if cfg!(windows) => Command::new("npm.cmd"),
        _ => Command::new(program),
    }
}

/// Runs a command, and returns what it printed. Where it is `verbose` it prints to standard error instead,
/// and nothing is returned.
///
/// # Errors
/// It cannot be started, or it failed: then with the end of its output.
pub(crate) fn execute(command: &mut Command, verbose: bool) -> anyhow::Result<String> {
    let shown = shown(command);
    // One file for both streams keeps their lines in order.
    let mut log = tempfile::tempfile().context("cannot make a temporary file")?;
    let (out, err) = if verbose {
        (Stdio::from(std::io::stderr()), Stdio::inherit())
    } else {
        // rustfmt goes by the terminal's name, even where it writes to a file.
        command.env("CARGO_TERM_COLOR", "never").env("TERM", "dumb");
        (Stdio::from(log.try_clone()?), Stdio::from(log.try_clone()?))
    };
    let status = command.stdin(Stdio::null()).stdout(out).stderr(err).status();
    let status = status.with_context(|| format!("cannot run `{shown}`"))?;
    let printed = read(&mut log)?;
    if !status.success() {
        bail!("`{shown}` {}\n{}", ending(status), last_lines(&printed));
    }
    Ok(printed)
}

fn read(log: &mut File) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    log.rewind()?;
    log.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The command as one would type it, near enough.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with {code}"),
        None => "was killed".to_owned(),
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let left_out = lines.len().saturating_sub(LINES_SHOWN);
    let shown = lines.get(left_out..).unwrap_or_default().join("\n");
    if left_out == 0 { shown } else { format!("… {left_out} lines above; --verbose shows them\n{shown}") }
}

#[cfg(test)]
mod tests {
    use super::last_lines;

    #[test]
    fn only_the_end_is_shown() {
        assert_eq!(last_lines("a\nb\n"), "a\nb");
        let shown = last_lines(&"x\n".repeat(70));
        assert_eq!(shown.lines().count(), 61);
        assert!(shown.starts_with("… 10 lines above"));
    }
}
