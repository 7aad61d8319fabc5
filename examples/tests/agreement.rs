//! Frames made from the schema, valid ones and ones with a single fault, end in the same verdict in every language, for
//! the interpreter, and for a validator that knows nothing of us.
//!
//! `FRAMELOCK_CASES` says how many are made, `FRAMELOCK_SEED` from which number. What is judged differently is made
//! smaller, kept in `fixtures/agreement/`, and judged again in every run.

#[path = "agreement/faults.rs"]
mod faults;
#[path = "agreement/judges.rs"]
mod judges;
#[path = "agreement/make.rs"]
mod make;
#[path = "agreement/schema.rs"]
mod schema;
mod support;

use faults::{Edit, Fault, STYLES, WAYS, rewritten, written};
use judges::{BROKEN, Judges, Verdict};
use make::{Maker, Tape};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use schema::{Message, Schema};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use support::{TestResult, repository};

/// A frame to judge.
struct Case {
    sender: &'static str,
    /// What is wrong with it.
    kind: &'static str,
    text: String,
    branches: BTreeSet<String>,
}

/// What breaks a text somewhere.
const BREAKS: [&str; 12] = ["{", "}", "[", "]", ",", ":", "\"", "\\", "x", "0", ".", "\n"];

/// A frame of a message, with what the numbers decide about it.
fn case(schema: &Schema, messages: &[Message<'_>], index: usize, numbers: &[u32]) -> Case {
    let message = messages[index % messages.len()];
    let mut tape = Tape::new(numbers);
    let (way, which, style) = (tape.below(100), tape.below(usize::MAX), tape.below(STYLES));
    let mut maker = Maker::new(schema, message, tape);
    let frame = maker.frame();
    let (kind, changed) = match way {
        0..30 => ("nothing", frame),
        30..33 => ("text cut short", frame),
        33..35 => (BROKEN, frame),
        35..42 => ("envelope rewritten", rewritten(&frame, which % WAYS)),
        42..50 => renamed(schema, messages, &frame, which),
        _ => {
            // First which kind of fault, then where: there are many places for some of them.
            let kinds: BTreeSet<&str> = maker.faults.iter().map(|fault| fault.kind).collect();
            let kind = kinds.iter().nth(which % kinds.len()).copied().unwrap_or_default();
            let places: Vec<&Fault> = maker.faults.iter().filter(|fault| fault.kind == kind).collect();
            let fault = places[which / kinds.len() % places.len()];
            (fault.kind, fault.of(&frame))
        }
    };
    let mut text = written(&changed, style);
    let ends: Vec<usize> = text.char_indices().map(|(end, _)| end).collect();
    let end = ends[which % ends.len()];
    match kind {
        "text cut short" => text.truncate(end),
        BROKEN => text.insert_str(end, BREAKS[which / ends.len() % BREAKS.len()]),
        _ => {}
    }
    Case { sender: message.sender, kind, text, branches: maker.branches }
}

/// The frame under another name: of another message, one that nobody may have, or one that nobody knows.
fn renamed(schema: &Schema, messages: &[Message<'_>], frame: &Value, which: usize) -> (&'static str, Value) {
    let reserved = schema.reserved();
    let (kind, name) = match which % 3 {
        0 => ("unknown message", "brand_new"),
        1 => ("reserved name", reserved[which / 3 % reserved.len()]),
        _ => ("name of another message", messages[which / 3 % messages.len()].name),
    };
    let fault = Fault { kind, pointer: "/type".to_owned(), edit: Edit::Set(json!(name)) };
    (kind, fault.of(frame))
}

/// What came of a run.
#[derive(Default)]
struct Tally {
    /// How often each outcome came of each kind of fault.
    outcomes: BTreeMap<(&'static str, String), usize>,
    branches: BTreeSet<String>,
}

impl Tally {
    fn add(&mut self, case: Case, verdict: &Verdict) {
        *self.outcomes.entry((case.kind, verdict.outcome.clone())).or_default() += 1;
        self.branches.extend(case.branches);
    }

    fn print(&self) {
        for ((kind, outcome), count) in &self.outcomes {
            println!("{kind:<24} {outcome:<10} {count:>6}");
        }
    }
}

/// A frame that is judged differently, as small as it gets.
#[derive(Debug)]
struct Found {
    sender: &'static str,
    kind: &'static str,
    text: String,
    why: String,
}

/// Judges so many frames.
fn run(judges: Judges, cases: u32, seed: u64, tally: &RefCell<Tally>) -> TestResult<Option<Found>> {
    let schema = Schema::read()?;
    let messages = schema.messages();
    let config = Config { cases, max_shrink_iters: 20_000, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let judges = RefCell::new(judges);
    let strategy = (0..messages.len(), vec(any::<u32>(), 60..320));
    let outcome = runner.run(&strategy, |(index, numbers)| {
        let case = case(&schema, &messages, index, &numbers);
        let verdict = judges.borrow_mut().judge(case.sender, case.kind, &case.text);
        let verdict = verdict.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let harmless = ["nothing", "extra member"].contains(&case.kind);
        if harmless && verdict.outcome != "canonical" {
            return Err(TestCaseError::fail(format!("{}\n{verdict:?}, but it is valid", case.text)));
        }
        tally.borrow_mut().add(case, &verdict);
        Ok(())
    });
    match outcome {
        Ok(()) => Ok(None),
        Err(TestError::Fail(why, (index, numbers))) => {
            let Case { sender, kind, text, .. } = case(&schema, &messages, index, &numbers);
            Ok(Some(Found { sender, kind, text, why: why.to_string() }))
        }
        Err(TestError::Abort(why)) => Err(why.to_string().into()),
    }
}

fn typescript() -> PathBuf {
    repository().join("generated/typescript")
}

fn fixtures() -> PathBuf {
    repository().join("examples/tests/fixtures/agreement")
}

/// A number of the environment.
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn frames_made_from_the_schema_are_judged_alike() -> TestResult {
    let cases = setting("FRAMELOCK_CASES").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(2_000);
    // All runs of a day make the same frames, so that what was red stays red; another day makes others.
    let day = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / (24 * 60 * 60);
    let seed = setting("FRAMELOCK_SEED").unwrap_or(day);
    println!("{cases} frames, FRAMELOCK_SEED={seed}");
    let (start, tally) = (Instant::now(), RefCell::default());
    let found = run(Judges::new(&typescript())?, cases, seed, &tally)?;
    if let Some(Found { sender, kind, text, why }) = found {
        let fixture = json!({ "sender": sender, "kind": kind, "frame": text, "why": why, "seed": seed });
        let path = fixtures().join(format!("found-{seed}.json"));
        fs::write(&path, format!("{fixture:#}\n"))?;
        return Err(format!("{why}\nkept in {}; the seed is {seed}", path.display()).into());
    }
    let tally = tally.into_inner();
    tally.print();
    let schema = Schema::read()?;
    let messages = schema.messages();
    let all: BTreeSet<String> =
        messages.iter().flat_map(|message| make::branches(&schema, *message)).collect();
    let missed: Vec<&String> = all.difference(&tally.branches).collect();
    let taken = all.len() - missed.len();
    println!("{} messages, {taken} of {} branches, in {:.1?}", messages.len(), all.len(), start.elapsed());
    missed.iter().take(20).for_each(|branch| println!("not taken: {branch}"));
    let enough = if cases >= 10_000 { 97 } else { 80 };
    assert!(taken * 100 >= all.len() * enough, "{taken} of {}", all.len());
    Ok(())
}

#[test]
fn what_was_found_before_is_judged_alike() -> TestResult {
    let mut judges = Judges::new(&typescript())?;
    let mut count = 0;
    for entry in fs::read_dir(fixtures())? {
        let path = entry?.path();
        let fixture: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        let member = |name| fixture[name].as_str().ok_or_else(|| format!("{}: no {name}", path.display()));
        judges.judge(member("sender")?, member("kind")?, member("frame")?)?;
        count += 1;
    }
    println!("{count} fixtures");
    assert!(count > 0, "no fixtures");
    Ok(())
}

/// Copies the npm package with one fault in it.
fn faulty(folder: &Path, [before, after]: [&str; 2]) -> TestResult {
    copy(&typescript(), folder)?;
    for file in ["cjs/schema.js", "esm/schema.js"] {
        let text = fs::read_to_string(folder.join(file))?;
        fs::write(folder.join(file), text.replacen(before, after, 1))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> TestResult {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[test]
fn a_judge_with_a_fault_is_found() -> TestResult {
    const FAULTS: [[&str; 2]; 3] = [
        // A bound, a required property and a closed enumeration.
        ["minimum: 0, maximum: 100 }", "minimum: 0, maximum: 101 }"],
        [r#"required: ["run_id", "agent_name", "reasoning"]"#, r#"required: ["run_id", "agent_name"]"#],
        [r#"values: ["low", "normal", "high", "critical"] }"#, r#"values: ["low", "normal", "high"] }"#],
    ];
    for (index, fault) in FAULTS.into_iter().enumerate() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faulty-{index}"));
        faulty(&folder, fault)?;
        let found = run(Judges::new(&folder)?, 20_000, 1, &RefCell::default())?;
        let found = found.ok_or_else(|| format!("nobody saw {fault:?}"))?;
        println!("{fault:?}\n  found by {}", found.text);
        assert!(found.why.contains("TypeScript"), "{}", found.why);
    }
    Ok(())
}
