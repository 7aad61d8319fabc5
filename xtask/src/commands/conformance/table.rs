//! Tables of counts, for people and for pages.

use super::score::{Class, Record};
use std::collections::BTreeMap;

/// How many groups ended in each class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    counts: BTreeMap<Class, usize>,
    /// Groups that are faithful by their types: nothing is left to a validator.
    pub typed: usize,
}

impl Tally {
    /// Counts a record.
    pub(super) fn add(&mut self, record: &Record) {
        *self.counts.entry(record.class).or_default() += 1;
        self.typed += usize::from(record.is_typed());
    }

    /// The tally of some records.
    pub(super) fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut tally = Self::default();
        records.into_iter().for_each(|record| tally.add(record));
        tally
    }

    /// How many groups ended so.
    pub(super) fn count(&self, class: Class) -> usize {
        self.counts.get(&class).copied().unwrap_or_default()
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.counts.values().sum()
    }

    /// A part of all groups, in percent.
    #[allow(clippy::cast_precision_loss, reason = "nobody has 2^52 groups")]
    pub(super) fn percent(&self, part: usize) -> f64 {
        100.0 * part as f64 / self.groups().max(1) as f64
    }
}

/// A table: a heading over each column; the first column is text, the others are numbers.
#[derive(Debug)]
pub(in crate::commands) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with a row for each tally.
    pub(super) fn new<'a>(first: &str, rows: impl IntoIterator<Item = (&'a str, &'a Tally)>) -> Self {
        let classes = Class::ALL.iter().map(|class| class.name().to_owned());
        let mut heading = vec![first.to_owned(), "groups".to_owned()];
        heading.extend(classes);
        heading.push("typed share".to_owned());
        let mut all = vec![heading];
        all.extend(rows.into_iter().map(|(name, tally)| row(name, tally)));
        Self { rows: all }
    }

    /// A table of rows, the first of which is the heading.
    pub(in crate::commands) fn of(rows: Vec<Vec<String>>) -> Self {
        Self { rows }
    }

    /// The table for a terminal.
    pub(in crate::commands) fn plain(&self) -> String {
        let widths = self.widths();
        let lines = self.rows.iter().map(|row| {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
                0 => format!("{cell:width$}"),
                _ => format!("{cell:>width$}"),
            });
            cells.collect::<Vec<_>>().join("  ")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The table in Markdown.
    pub(in crate::commands) fn markdown(&self) -> String {
        let mut lines: Vec<String> = self.rows.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
        let columns = self.rows.first().map_or(0, Vec::len);
        let rule = (0..columns).map(|column| if column == 0 { "---" } else { "---:" });
        lines.insert(1, format!("| {} |", rule.collect::<Vec<_>>().join(" | ")));
        lines.join("\n")
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let cells = |column: usize| self.rows.iter().filter_map(move |row| row.get(column));
        let width = |column| cells(column).map(|cell| cell.chars().count()).max();
        (0..columns).map(|column| width(column).unwrap_or_default()).collect()
    }
}

fn row(name: &str, tally: &Tally) -> Vec<String> {
    let mut row = vec![name.to_owned(), tally.groups().to_string()];
    row.extend(Class::ALL.iter().map(|class| tally.count(*class).to_string()));
    row.push(format!("{:.1} %", tally.percent(tally.typed)));
    row
}

/// The tallies of records by one of their properties.
pub(super) fn by<'a>(
    records: &'a [Record],
    names: impl Fn(&'a Record) -> &'a [String],
) -> BTreeMap<&'a str, Tally> {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for record in records {
        for name in names(record) {
            tallies.entry(name.as_str()).or_default().add(record);
        }
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::{Table, Tally};

    #[test]
    fn tables_are_aligned() {
        let table = Table::new("folder", [("a long name", &Tally::default())]);
        let plain = table.plain();
        let lines: Vec<&str> = plain.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(
            lines
                .windows(2)
                .all(|pair| pair.first().map(|line| line.len()) == pair.last().map(|line| line.len()))
        );
        assert!(table.markdown().lines().nth(1).is_some_and(|rule| rule.starts_with("| --- | ---: |")));
    }
}
