//! Runs that are killed, and runs at the same time. The runs are processes of their own: this test binary,
//! started again to run [`child`] alone.

use super::{Place, WRITE, done, generated};
use crate::apply::{Mode, Outcome, Target, apply};
use framelock_codegen::output::Output;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Number of runs that are killed.
const ROUNDS: u32 = 60;
/// Number of files that each of them writes.
const FILES: u32 = 50;

/// Outputs that take a while to write: each line of a file holds its name and the version.
fn many(version: u32) -> Vec<Output> {
    let names: Vec<String> = (0..FILES).map(|number| format!("d{}/f{number}", number % 7)).collect();
    let texts: Vec<String> = names.iter().map(|name| text(name, version)).collect();
    let files: Vec<_> = names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    generated(&[("v", &version.to_string())], &files)
}

fn text(name: &str, version: u32) -> String {
    format!("{name} {version}\n").repeat(300)
}

/// Not a test: what the other tests start.
#[test]
#[ignore = "started by other tests"]
fn child() {
    let Ok(out) = std::env::var("FRAMELOCK_TEST_OUT") else { return };
    let version = std::env::var("FRAMELOCK_TEST_VERSION").unwrap().parse().unwrap();
    let target = Target { out: Path::new(&out), schema: Path::new("schema") };
    done(apply(target, &many(version), WRITE).unwrap());
}

fn spawn_child(out: &Path, version: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["apply::tests::crash::child", "--exact", "--ignored", "--quiet"])
        .env("FRAMELOCK_TEST_OUT", out)
        .env("FRAMELOCK_TEST_VERSION", version.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The versions of the files in a folder, each of which must be whole.
fn versions(place: &Place) -> BTreeSet<u32> {
    let names = (0..FILES).map(|number| format!("d{}/f{number}", number % 7));
    names
        .map(|name| {
            let found = place.text(&name);
            let version = found.lines().next().and_then(|line| line.rsplit(' ').next()?.parse().ok());
            let version = version.unwrap_or_else(|| panic!("{name} starts in no version's way"));
            assert!(
                found == text(&name, version),
                "{name} is torn: {} bytes of version {version}",
                found.len()
            );
            version
        })
        .collect()
}

/// Kills runs with SIGKILL: every other one at a point spread over the time that a run takes, the rest soon
/// after they have replaced the first file, since renaming takes a small part of that time.
#[test]
fn a_killed_run_leaves_whole_files() {
    let place = Place::new();
    done(place.apply(&many(0), WRITE).unwrap());
    let start = Instant::now();
    assert!(spawn_child(&place.out, 1).wait().unwrap().success());
    let full = start.elapsed();
    let (mut killed, mut between) = (0, 0);
    for round in 1..=ROUNDS {
        let mut child = spawn_child(&place.out, round + 1);
        if round % 2 == 0 {
            std::thread::sleep(full * round / ROUNDS);
        } else {
            wait_for_first_file(&place, round + 1);
            std::thread::sleep(Duration::from_micros(u64::from(round) * 10));
        }
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        let found = versions(&place);
        assert!(found.iter().all(|version| *version <= round + 1));
        between += u32::from(found.len() > 1 && found.contains(&(round + 1)));
    }
    eprintln!("{killed} of {ROUNDS} runs were killed; {between} of them between two renames");
    assert!(killed > 0 && between > 0, "no run was killed in time: {killed}, {between}");
    done(place.apply(&many(0), WRITE).unwrap());
    assert!(matches!(place.apply(&many(0), Mode::Check).unwrap(), Outcome::Done(_)));
    place.assert_no_staging();
}

/// Waits until the file that is replaced first has this version, but not for ever.
fn wait_for_first_file(place: &Place, version: u32) {
    let start = Instant::now();
    let line = format!("d0/f0 {version}\n");
    while start.elapsed() < Duration::from_secs(5) && !place.text("d0/f0").starts_with(&line) {}
}

#[test]
fn concurrent_runs_leave_one_valid_result() {
    let place = Place::new();
    done(place.apply(&many(0), WRITE).unwrap());
    for _ in 0..3 {
        let children = [1, 2, 1, 2].map(|version| spawn_child(&place.out, version));
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let valid = |version| matches!(place.apply(&many(version), Mode::Check).unwrap(), Outcome::Done(_));
        assert!(valid(1) || valid(2));
        place.assert_no_staging();
    }
}

/// A run waits while another one has the folder, and goes on when that one ends, however it ends.
#[cfg(unix)]
#[test]
fn a_run_waits_for_another_one() {
    let place = Place::new();
    done(place.apply(&many(0), WRITE).unwrap());
    let lock = std::fs::File::open(&place.out).unwrap();
    lock.lock().unwrap();
    let mut child = spawn_child(&place.out, 1);
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "the run did not wait");
    assert_eq!(versions(&place), BTreeSet::from([0]));
    drop(lock);
    assert!(child.wait().unwrap().success());
    assert_eq!(versions(&place), BTreeSet::from([1]));
}
