//! Running a compiled batch: a crash costs the instance that caused it, and the run goes on behind it.

use super::observe::Seen;
use anyhow::Context as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long all instances of a batch may take.
const LONGEST: Duration = Duration::from_mins(1);

/// Lets a program judge the jobs of a file, one a line.
///
/// # Errors
/// The program cannot be run, or what it prints cannot be read.
pub(super) fn execute(program: &Path, jobs: &str, folder: &Path) -> anyhow::Result<Vec<Seen>> {
    let (file, printed) = (folder.join("jobs.txt"), folder.join("verdicts.txt"));
    fs::write(&file, jobs).with_context(|| format!("cannot write {}", file.display()))?;
    let all = jobs.lines().count();
    let mut seen = Vec::new();
    while seen.len() < all {
        let mut command = Command::new(program);
        command.arg(&file).arg(seen.len().to_string()).stdin(Stdio::null()).stderr(Stdio::null());
        command.stdout(File::create(&printed)?);
        let ending = wait(&mut command).with_context(|| format!("cannot run {}", program.display()))?;
        let text = fs::read(&printed)?;
        // A line that a crash cut short is no verdict.
        let text = String::from_utf8_lossy(&text);
        let whole = text.rsplit_once('\n').map_or("", |(lines, _)| lines);
        seen.extend(whole.lines().map(verdict));
        if seen.len() < all {
            seen.push(Seen::Panicked(ending));
        }
    }
    Ok(seen)
}

/// Runs a command to its end or to the end of our patience, and says how it ended.
fn wait(command: &mut Command) -> std::io::Result<String> {
    let start = Instant::now();
    let mut child = command.spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ending(status));
        }
        if start.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            return Ok(format!("no end within {} s", LONGEST.as_secs()));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn ending(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("the program ended with {code}"),
        None => "the program crashed".to_owned(),
    }
}

/// What a line of the program says.
fn verdict(line: &str) -> Seen {
    let mut parts = line.split('\t');
    let word = parts.next().unwrap_or_default();
    let mut text = || parts.next().map(unescaped);
    match word {
        "refused" => Seen::Refused(text().unwrap_or_default()),
        "unknown" => Seen::Unknown,
        "accepted" => Seen::Accepted { text: text().unwrap_or_default(), again: text() },
        "panicked" => Seen::Panicked(text().unwrap_or_default()),
        _ => Seen::Panicked(format!("the program printed {line:?}")),
    }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                other => other.unwrap_or('\\'),
            },
            (other, false) => other,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{Seen, verdict};

    #[test]
    fn lines_become_verdicts() {
        assert_eq!(verdict("refused\ta\\n\\tb\\\\n"), Seen::Refused("a\n\tb\\n".to_owned()));
        assert_eq!(verdict("unknown"), Seen::Unknown);
        assert_eq!(verdict("accepted\t1"), Seen::Accepted { text: "1".to_owned(), again: None });
        let again = Some("no".to_owned());
        assert_eq!(verdict("accepted\t1\tno"), Seen::Accepted { text: "1".to_owned(), again });
        assert!(matches!(verdict("hello"), Seen::Panicked(_)));
    }
}
