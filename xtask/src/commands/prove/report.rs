//! What a run found out, by operator.

use super::gates::{End, Seen};
use super::operator::Operator;
use crate::cli::Format;
use crate::commands::conformance::table::Table;
use crate::present::{self, Entry};
use crate::screen::Screen;
use serde_json::{Value, json};

/// An operator, and what became of its mutants.
#[derive(Debug)]
pub(super) struct Row {
    /// The operator.
    pub operator: &'static Operator,
    /// In how many places it applies.
    pub places: usize,
    /// What was seen of its mutants, and how they ended.
    pub mutants: Vec<(Seen, End)>,
}

/// What a run found out.
#[derive(Debug)]
pub(super) struct Findings {
    /// A row for each operator.
    pub rows: Vec<Row>,
    /// Mutants that there was no time for.
    pub left: usize,
}

impl Row {
    pub(super) fn new(operator: &'static Operator, places: usize, seen: Vec<Seen>) -> Self {
        let judged = |seen: Seen| {
            let end = match seen.errors.get("") {
                Some(error) => End::Broken(error.text.clone()),
                None => seen.end(operator.declared),
            };
            (seen, end)
        };
        Self { operator, places, mutants: seen.into_iter().map(judged).collect() }
    }

    fn count(&self, wanted: impl Fn(&End) -> bool) -> usize {
        self.mutants.iter().filter(|(_, end)| wanted(end)).count()
    }

    fn survivors(&self) -> usize {
        self.count(|end| matches!(end, End::Survived(_)))
    }

    fn nuisances(&self) -> usize {
        self.count(|end| matches!(end, End::Nuisance(_) | End::Broken(_)))
    }

    fn users(&self) -> usize {
        self.mutants.iter().filter(|(seen, _)| seen.stopped_users().next().is_some()).count()
    }

    /// The time of the mutant in the middle, in milliseconds.
    fn median(&self) -> u64 {
        let mut times: Vec<u64> = self.mutants.iter().map(|(seen, _)| seen.time).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    fn cells(&self) -> Vec<String> {
        let counts = [self.mutants.len(), self.places, self.count(|end| *end == End::Declared)];
        let rest = [self.survivors(), self.nuisances(), self.users()];
        let mut cells = vec![self.operator.id.to_owned(), self.operator.declared.words().to_owned()];
        cells.extend(counts.iter().chain(&rest).map(ToString::to_string));
        #[allow(clippy::cast_precision_loss, reason = "a mutant takes seconds")]
        cells.push(format!("{:.1} s", self.median() as f64 / 1000.0));
        cells
    }

    /// One mutant as the developer would see it.
    fn section(&self) -> Option<String> {
        let (seen, _) = self.mutants.first()?;
        let Operator { id, what, declared, .. } = self.operator;
        let user = seen.stopped_users().next().and_then(|name| seen.errors.get(name));
        let complaint = seen.found.as_ref().or(user).or_else(|| seen.errors.values().next());
        let text = complaint.map(|complaint| &complaint.text).or_else(|| seen.told.first());
        let text = text.map_or_else(String::new, |text| format!("\n```text\n{}\n```\n", lasting(text)));
        let (what, declared) = (sentence(what), declared.words());
        Some(format!("## {id}\n\n{what}: {declared}.\n`{}`\n{text}", seen.place))
    }

    fn json(&self) -> Value {
        let others = self.mutants.iter().filter(|(_, end)| *end != End::Declared);
        let others: Vec<Value> =
            others.map(|(seen, end)| json!({"place": seen.place, "end": words(end)})).collect();
        json!({
            "operator": self.operator.id,
            "rule": self.operator.rule,
            "declared": self.operator.declared.words(),
            "places": self.places,
            "mutants": self.mutants.len(),
            "as-declared": self.count(|end| *end == End::Declared),
            "survivors": self.survivors(),
            "nuisances": self.nuisances(),
            "users-stopped": self.users(),
            "median-ms": self.median(),
            "unexpected": others,
        })
    }
}

const HEADING: [&str; 9] = [
    "operator",
    "declared",
    "mutants",
    "places",
    "as declared",
    "survivors",
    "nuisances",
    "examples stopped",
    "median",
];

impl Findings {
    /// Whether every mutant ended as declared.
    pub(super) fn all_as_declared(&self) -> bool {
        self.rows.iter().all(|row| row.mutants.iter().all(|(_, end)| *end == End::Declared))
    }

    /// Prints everything in the format that was asked for.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub(super) fn present(&self, screen: &mut Screen) -> anyhow::Result<()> {
        match screen.format() {
            Format::Json => screen.result(&serde_json::to_string_pretty(&self.json())?),
            Format::Github | Format::Sarif => {
                present::entries_for_machines(self.unexpected().map(entry).collect(), screen)
            }
            Format::Human | Format::Short | Format::Junit => {
                for one in self.unexpected() {
                    screen.result(&line(one))?;
                }
                screen.result(&self.table().plain())?;
                screen.result(&self.conclusion())
            }
        }
    }

    fn unexpected(&self) -> impl Iterator<Item = (&Row, &Seen, &End)> {
        self.rows.iter().flat_map(|row| {
            let others = row.mutants.iter().filter(|(_, end)| *end != End::Declared);
            others.map(move |(seen, end)| (row, seen, end))
        })
    }

    /// A row for each operator.
    pub(super) fn table(&self) -> Table {
        let heading = HEADING.map(str::to_owned).to_vec();
        Table::of(std::iter::once(heading).chain(self.rows.iter().map(Row::cells)).collect())
    }

    fn sum(&self, count: impl Fn(&Row) -> usize) -> usize {
        self.rows.iter().map(count).sum()
    }

    pub(super) fn conclusion(&self) -> String {
        let breaking = self.rows.iter().filter(|row| row.operator.declared.is_breaking());
        let breaking: usize = breaking.map(|row| row.mutants.len()).sum();
        let left =
            if self.left == 0 { String::new() } else { format!("; {} are left for the next run", self.left) };
        format!(
            "{} mutants of {} places, {breaking} of them breaking: {} survivors, {} nuisances; the examples stop {}{left}",
            self.sum(|row| row.mutants.len()),
            self.sum(|row| row.places),
            self.sum(Row::survivors),
            self.sum(Row::nuisances),
            self.sum(Row::users),
        )
    }

    /// A page with one mutant of each operator.
    pub(super) fn page(&self) -> String {
        let sections: Vec<String> = self.rows.iter().filter_map(Row::section).collect();
        format!("{PREFACE}\n{}", sections.join("\n"))
    }

    fn json(&self) -> Value {
        json!({
            "mutants": self.sum(|row| row.mutants.len()),
            "survivors": self.sum(Row::survivors),
            "nuisances": self.sum(Row::nuisances),
            "left": self.left,
            "operators": self.rows.iter().map(Row::json).collect::<Vec<_>>(),
        })
    }
}

/// What stands above the page.
const PREFACE: &str = "# Drift, as a developer sees it

`framelock prove` changes the protocol in one place at a time, and holds what becomes of it against what is declared. Of each
way to change it, here is one mutant, and the first thing that a developer reads of it: a finding of the generator, an error of
the compiler in code that uses the protocol as it was, or what `framelock compat` says. `witness-producer` builds everything
that can be sent, and `witness-consumer` reads everything that can be received; they stand where no example uses what changed.

Written by `cargo xtask prove --sample 1 --document docs/drift.md`.
";

/// A message without the lines that name a file of this machine.
fn lasting(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains("has been written to"));
    lines.map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

/// How a mutant ended, in words.
fn words(end: &End) -> String {
    match end {
        End::Declared => "as declared".to_owned(),
        End::Survived(why) => format!("survivor: {why}"),
        End::Nuisance(why) => format!("nuisance: {why}"),
        End::Broken(why) => format!("the generated crate does not compile: {why}"),
    }
}

fn line((row, seen, end): (&Row, &Seen, &End)) -> String {
    format!(
        "{} {}: {} (declared: {})",
        row.operator.id,
        seen.place,
        words(end),
        row.operator.declared.words()
    )
}

fn entry(one: (&Row, &Seen, &End)) -> Entry {
    let code = match one.2 {
        End::Survived(_) | End::Declared => "survivor",
        End::Nuisance(_) => "nuisance",
        End::Broken(_) => "broken",
    };
    let (file, pointer) = one.1.place.split_once('#').unwrap_or((&one.1.place, ""));
    Entry { file: file.to_owned(), pointer: pointer.to_owned(), ..Entry::new(code, line(one)) }
}
