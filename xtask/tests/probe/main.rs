//! `framelock probe` against real servers on the loopback interface, right ones and faulty ones.

#![cfg(feature = "network")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../common/mod.rs"]
mod common;
mod faults;
mod gate;
mod healthy;
mod peers;
mod secure;
mod servers;

use common::{Run, framelock, repository};
use serde_json::Value;
use std::sync::RwLock;
use std::time::{Duration, Instant};

/// The welcome, as the schema has it.
const WELCOME: &str = "system_message/connection_established";

/// Whoever measures time is alone.
static BUSY: RwLock<()> = RwLock::new(());

/// A run of the probe with Netra's schema, in the repository.
fn probe(format: &str, url: &str, arguments: &[&str]) -> Run {
    let _busy = BUSY.read();
    started(format, url, arguments)
}

/// The same while no other probe runs, and how long it took.
fn probe_alone(url: &str, arguments: &[&str]) -> (Run, Duration) {
    let _alone = BUSY.write();
    let start = Instant::now();
    (started("human", url, arguments), start.elapsed())
}

fn started(format: &str, url: &str, arguments: &[&str]) -> Run {
    let mut command = framelock();
    command.args(["--format", format, "probe", url]).args(arguments).current_dir(repository());
    command.output().unwrap().into()
}

/// Three runs, one in each format, at the same time. They say the same.
fn probes(url: &str, arguments: &[&str]) -> Probed {
    std::thread::scope(|scope| {
        let run = |format: &'static str| scope.spawn(move || probe(format, url, arguments));
        let [human, json, junit] = ["human", "json", "junit"].map(run).map(|run| run.join().unwrap());

        assert_eq!([human.code, junit.code], [json.code; 2], "{human:?}\n{json:?}\n{junit:?}");
        let report: Value = serde_json::from_str(&json.out).expect(&json.err);
        assert_eq!(report["exit"].as_i64(), json.code.map(i64::from));
        Probed { human, report, junit: junit.out }
    })
}

/// What a probe said in each format.
#[derive(Debug)]
struct Probed {
    human: Run,
    report: Value,
    junit: String,
}

impl Probed {
    /// Asserts how it ended, and that each format says so; returns the line for people.
    #[track_caller]
    fn fails(self, exit: i32, code: &str, said: &str) -> Self {
        assert_eq!((self.human.code, self.report["code"].as_str()), (Some(exit), Some(code)), "{self:?}");
        let line = self.human.out.lines().next().unwrap_or_default();
        assert!(line.starts_with(&format!("{code}: ")) && line.contains(said), "{line}");
        assert!(line.chars().count() < 1000 && !line.contains(char::is_control), "{line}");
        assert!(self.human.err.is_empty(), "{}", self.human.err);
        // They are runs of their own: how many bytes came by when is not the same in each.
        let words = |text: &str| text.replace(|letter: char| letter.is_ascii_digit(), "");
        let told = line.strip_prefix(&format!("{code}: "));
        assert_eq!(self.report["message"].as_str().map(words), told.map(words));
        let element = if exit == 1 { "<failure" } else { "<error" };
        assert!(
            self.junit.contains(element) && self.junit.contains(&format!("type=\"{code}\"")),
            "{}",
            self.junit
        );
        self
    }

    /// Asserts that what it waited for took no longer than `seconds`, but for a moment.
    #[track_caller]
    fn within(self, seconds: f64) -> Self {
        let elapsed = self.report["elapsed"].as_f64().unwrap();
        assert!((seconds..seconds + 2.0).contains(&elapsed), "{elapsed}: {self:?}");
        self
    }
}
