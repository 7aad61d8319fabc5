//! What a run found out, for people, for machines and as a page.

use super::known::{Known, Surprise};
use super::score::{Class, Failure, Record};
use super::table::{Table, Tally, by};
use crate::cli::Format;
use crate::present::{self, Entry};
use crate::screen::Screen;
use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Characters of an instance or an error that are shown in a line.
const SHOWN: usize = 160;

/// A generator and its records.
#[derive(Debug)]
pub(super) struct Measured {
    /// Name and version.
    pub title: String,
    /// A record for each group.
    pub records: Vec<Record>,
}

/// All that a run found out.
#[derive(Debug)]
pub(super) struct Findings {
    /// The generators.
    pub measured: Vec<Measured>,
    /// What trivial ones would get.
    pub baselines: Vec<Measured>,
    /// Labels that were turned round on purpose.
    pub flipped: usize,
    /// What is known to fail.
    pub known: Known,
}

impl Findings {
    /// Records that surprise.
    pub(super) fn surprises(&self) -> impl Iterator<Item = (&Measured, &Record, Surprise)> {
        self.measured.iter().flat_map(move |measured| {
            let surprise = move |record| Some((measured, record, self.known.surprise(record)?));
            measured.records.iter().filter_map(surprise)
        })
    }

    /// Records of schemas that list properties, where the type is a JSON value in spite of that.
    pub(super) fn lost(&self) -> impl Iterator<Item = &Record> {
        self.measured.iter().flat_map(|measured| &measured.records).filter(|record| record.typing.lost)
    }

    /// Prints everything in the format that was asked for.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub(super) fn present(&self, screen: &mut Screen) -> anyhow::Result<()> {
        match screen.format() {
            Format::Human => {
                for measured in &self.measured {
                    screen.result(&measured.tables(Table::plain, ""))?;
                }
                self.lines(screen)
            }
            Format::Short | Format::Junit => self.lines(screen),
            Format::Json => screen.result(&serde_json::to_string_pretty(&self.json())?),
            Format::Github | Format::Sarif => self.for_lists(screen),
        }
    }

    /// What failed, a line each, and then the table of all generators.
    fn lines(&self, screen: &mut Screen) -> anyhow::Result<()> {
        for measured in &self.measured {
            let mut before = None;
            for record in &measured.records {
                for failure in &record.failures {
                    // What is wrong with a whole file is told once, and not with each of its definitions.
                    let whole = failure.case.is_none().then_some((record.file(), &failure.error));
                    if whole.is_none() || before != whole {
                        screen.result(&line(record, failure, &self.known))?;
                    }
                    before = whole;
                }
            }
        }
        for record in self.lost() {
            screen.result(&lost(record))?;
        }
        for (_, record, surprise) in self.surprises() {
            if surprise == Surprise::Passes {
                screen.result(&passes(record))?;
            }
        }
        screen.result(&format!("\n{}", self.overall().plain()))?;
        screen.result(&self.conclusion())
    }

    fn for_lists(&self, screen: &mut Screen) -> anyhow::Result<()> {
        let entries = self.surprises().map(|(_, record, surprise)| self.entry(record, surprise));
        present::entries_for_machines(entries.collect(), screen)
    }

    fn entry(&self, record: &Record, surprise: Surprise) -> Entry {
        let first = record.failures.first().map(|failure| line(record, failure, &self.known));
        let (code, message) = match surprise {
            Surprise::Fails => (record.class.name(), first.unwrap_or_default()),
            Surprise::Passes => ("unexpected-pass", passes(record)),
        };
        Entry::new(code, message)
    }

    /// The table with a row for each generator, and for each trivial one.
    fn overall(&self) -> Table {
        let all: Vec<(&str, Tally)> =
            self.measured.iter().chain(&self.baselines).map(Measured::total).collect();
        Table::new("generator", all.iter().map(|(name, tally)| (*name, tally)))
    }

    fn conclusion(&self) -> String {
        let count = |kind| self.surprises().filter(|(_, _, surprise)| *surprise == kind).count();
        let flipped = match self.flipped {
            0 => String::new(),
            flipped => format!(" ({flipped} labels were turned round on purpose)"),
        };
        format!(
            "{} unexpected failures, {} unexpected passes{flipped}, {} schemas whose properties got lost",
            count(Surprise::Fails),
            count(Surprise::Passes),
            self.lost().count()
        )
    }

    /// A page with all tables.
    pub(super) fn markdown(&self) -> String {
        let mut page = format!("Measured on {}.\n\n{}\n", today(), self.overall().markdown());
        for measured in &self.measured {
            page.push('\n');
            page.push_str(&measured.tables(Table::markdown, "## "));
        }
        page
    }

    fn json(&self) -> Value {
        let surprises = self.surprises().map(|(measured, record, surprise)| {
            json!({ "generator": measured.title, "group": record.id, "passes": surprise == Surprise::Passes })
        });
        json!({
            "flipped": self.flipped,
            "generators": self.measured.iter().map(|measured| measured.json(true)).collect::<Vec<_>>(),
            "baselines": self.baselines.iter().map(|measured| measured.json(false)).collect::<Vec<_>>(),
            "unexpected": surprises.collect::<Vec<_>>(),
        })
    }
}

impl Measured {
    fn total(&self) -> (&str, Tally) {
        (&self.title, Tally::of(&self.records))
    }

    /// The tables by folder and by keyword.
    fn tables(&self, show: impl Fn(&Table) -> String, mark: &str) -> String {
        let folders = by(&self.records, |record| std::slice::from_ref(&record.folder));
        let keywords = by(&self.records, |record| &record.keywords);
        let table = |name: &str, rows| show(&table(name, rows));
        format!("{mark}{}\n\n{}\n\n{}\n", self.title, table("folder", &folders), table("keyword", &keywords))
    }

    fn json(&self, with_groups: bool) -> Value {
        let mut object = Map::new();
        object.insert("generator".to_owned(), json!(self.title));
        object.insert("summary".to_owned(), summary(&Tally::of(&self.records)));
        let by_folder = by(&self.records, |record| std::slice::from_ref(&record.folder));
        let folders = by_folder.iter().map(|(name, tally)| ((*name).to_owned(), summary(tally)));
        object.insert("folders".to_owned(), Value::Object(folders.collect()));
        if with_groups {
            object.insert("groups".to_owned(), json!(self.records));
        }
        Value::Object(object)
    }
}

fn table(first: &str, rows: &std::collections::BTreeMap<&str, Tally>) -> Table {
    Table::new(first, rows.iter().map(|(name, tally)| (*name, tally)))
}

fn summary(tally: &Tally) -> Value {
    let counts = Class::ALL.iter().map(|class| (class.name().to_owned(), json!(tally.count(*class))));
    let mut summary: Map<String, Value> = counts.collect();
    summary.insert("groups".to_owned(), json!(tally.groups()));
    summary.insert("typed share".to_owned(), json!(tally.percent(tally.typed)));
    Value::Object(summary)
}

/// A failure in one line.
fn line(record: &Record, failure: &Failure, known: &Known) -> String {
    let Failure { class, case, instance, expected, got, error } = failure;
    let case = case.as_ref().map(|(index, description)| format!(" [{index}] {}", shown(description)));
    let error = if error.is_empty() { String::new() } else { format!(": {}", shown(error)) };
    let known = known.reason(&record.id).map(|reason| format!(" (known: {})", shown(reason)));
    format!(
        "{}: {}{}: {}: expected {expected}, got {}{error}{}",
        class.name(),
        record.id,
        case.unwrap_or_default(),
        shown(instance),
        shown(got),
        known.unwrap_or_default()
    )
}

fn lost(record: &Record) -> String {
    format!("lost properties: {}: the schema lists properties, and its type is any JSON value", record.id)
}

fn passes(record: &Record) -> String {
    format!(
        "unexpected pass: {} is {}; take it from the list of known failures",
        record.id,
        record.class.name()
    )
}

/// Text on one line, cut where it is long.
fn shown(text: &str) -> String {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(SHOWN) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// The date in UTC.
fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let (year, month, day) = date(seconds / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of a number of days since 1970 (Gregorian calendar).
fn date(mut days: u64) -> (u64, usize, u64) {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_become_dates() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(20_453), (2025, 12, 31));
    }
}
