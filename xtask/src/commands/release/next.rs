//! What keeps a version from being released.

use super::record::protocol;
use crate::apply::shown;
use crate::commands::compat::sentence;
use crate::present::one_line;
use crate::problem::{Kind, Problem};
use framelock_codegen::evolution::{
    Bump, Change, Comparison, Level, SemVer, Settings, Skew, Verdict, Version, compare,
};
use framelock_codegen::manifest::{FILE_NAME, Manifest};
use framelock_codegen::release::{Note, Notes, Release};
use framelock_codegen::text::quoted;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The version that is to be released, and all that came before it.
pub(super) struct Next<'a> {
    pub schema: &'a Path,
    pub number: SemVer,
    pub version: &'a Version,
    /// What changed since each release, the oldest first.
    pub since: Vec<Since>,
    /// The notes for this version.
    pub notes: &'a Notes,
}

/// What changed since a release.
pub(super) struct Since {
    release: Release,
    /// The protocol as it was released.
    version: Version,
    comparison: Comparison,
}

impl Since {
    /// Compares with every release. Of the last one some peer is in use, whatever the manifest says of older ones.
    ///
    /// # Errors
    /// A release cannot be read.
    pub(super) fn all(releases: Vec<Release>, now: &Version) -> anyhow::Result<Vec<Self>> {
        let last = releases.last().map(|release| release.number);
        let since = |release: Release| {
            let is_last = Some(release.number) == last;
            Self::new(release, now, is_last)
        };
        releases.into_iter().map(since).collect()
    }

    fn new(release: Release, now: &Version, is_last: bool) -> anyhow::Result<Self> {
        let version = protocol(&release)?;
        let skews = Skew::in_use(&version.version(), now.manifest.as_ref());
        let mut settings = Settings::default();
        if !is_last || !skews.is_empty() {
            settings.skews = skews;
        }
        let comparison = compare(&version, now, &settings);
        Ok(Self { release, version, comparison })
    }

    /// What broke since then.
    fn breaking(&self) -> impl Iterator<Item = &Change> {
        self.comparison.changes.iter().filter(|change| change.verdict >= Verdict::Unknown)
    }

    /// A change as a problem tells it.
    fn tell(&self, change: Option<&Change>) -> String {
        let since = self.release.number;
        match change {
            Some(change) => sentence(&since.to_string(), change),
            None => format!("{since} is the last release"),
        }
    }
}

/// That no note is about a breaking change.
pub(crate) fn missing_note(schema: &Path, since: &str, change: &Change) -> Problem {
    let message = format!("has no note for {}: {}", change.fingerprint, sentence(since, change));
    let help = "write down what changed, why, how to migrate, until when the old way works, and what becomes of frames";
    Problem::new(Kind::MissingNote, shown(&Notes::next_path(schema)), message, help)
}

impl Next<'_> {
    /// Everything that is wrong with it.
    ///
    /// # Errors
    /// The notes of a release cannot be read.
    pub(super) fn problems(&self) -> anyhow::Result<Vec<Problem>> {
        let mut problems = Vec::new();
        if let Some(last) = self.since.last() {
            self.protocol(last, &mut problems);
            self.packages(last, &mut problems);
        }
        self.freed(&mut problems);
        self.returned(&mut problems);
        let path = shown(&Notes::next_path(self.schema));
        for (since, change) in self.unnoted()?.into_values() {
            problems.push(missing_note(self.schema, &since.release.number.to_string(), change));
        }
        let known: BTreeSet<&str> =
            self.since.iter().flat_map(Since::breaking).map(|change| change.fingerprint.as_str()).collect();
        for (fingerprint, note) in &self.notes.breaking {
            let message = match note.unsaid() {
                _ if !known.contains(fingerprint.as_str()) => {
                    format!(
                        "has a note for {}, and no change that breaks anybody is called so",
                        quoted(fingerprint)
                    )
                }
                Some("sunset") => {
                    format!("says for {fingerprint} neither a date (YYYY-MM-DD) nor a version as `sunset`")
                }
                Some(key) => format!("says nothing as `{key}` for {fingerprint}"),
                None => continue,
            };
            let help = "fill the note in, or remove it if nothing breaks any more";
            problems.push(Problem::new(Kind::StaleNote, &path, message, help));
        }
        Ok(problems)
    }

    /// The notes that are missing, ready to be filled in.
    ///
    /// # Errors
    /// The notes of a release cannot be read.
    pub(super) fn stub(&self) -> anyhow::Result<Option<String>> {
        let note = |(fingerprint, (since, change)): (&str, (&Since, &Change))| {
            let told = sentence(&since.release.number.to_string(), change);
            (fingerprint.to_owned(), Note { what: told, ..Note::default() })
        };
        let breaking: BTreeMap<String, Note> = self.unnoted()?.into_iter().map(note).collect();
        let notes = Notes { breaking, text: String::new() };
        Ok(if notes.breaking.is_empty() { None } else { Some(toml::to_string(&notes)?) })
    }

    /// The version of the protocol follows what breaks the wire.
    fn protocol(&self, since: &Since, problems: &mut Vec<Problem>) {
        let same = since.version.protocol.digest == self.version.protocol.digest;
        let Bump { level, because } = since.comparison.wire_bump(same);
        let least = since.release.number.next(level);
        if self.number < least {
            let file = self.version.manifest.as_ref().map(|manifest| manifest.schema.root.get_ref().as_str());
            let message = format!(
                "says version {}, and must say {least} at least: {}",
                self.number,
                since.tell(because)
            );
            let help = "raise `x-protocol.version`, and run codegen";
            let file = shown(&self.schema.join(file.unwrap_or_default()));
            problems.push(Problem::new(Kind::WrongVersion, file, message, help));
        }
    }

    /// Those of the packages follow what breaks source code.
    fn packages(&self, since: &Since, problems: &mut Vec<Problem>) {
        let Bump { level, because } = since.comparison.source_bump();
        let released = &since.release.record.packages;
        for (language, now) in self.version.manifest.as_ref().map(packages).unwrap_or_default() {
            let parsed = (released.get(&language).map(|text| text.parse::<SemVer>()), now.parse::<SemVer>());
            let (Some(Ok(before)), Ok(after)) = parsed else { continue };
            let least = before.next(level);
            if after < least {
                let why = if level == Level::Major { ", for source code breaks" } else { "" };
                let message = format!(
                    "gives the {language} package version {now}, and must give it {least} at least{why}: {}",
                    since.tell(because)
                );
                let help = "raise the package's version, and run codegen";
                let file = shown(&self.schema.join(FILE_NAME));
                problems.push(Problem::new(Kind::WrongVersion, file, message, help));
            }
        }
    }

    /// Names that were reserved stay so.
    fn freed(&self, problems: &mut Vec<Problem>) {
        let reserved: BTreeSet<String> = self.version.reserved().collect();
        let mut told = BTreeSet::new();
        for since in &self.since {
            for name in since.version.reserved().filter(|name| !reserved.contains(name)) {
                if told.insert(name.clone()) {
                    let message =
                        format!("no longer reserves {}, as {} does", quoted(&name), since.release.number);
                    let help = "put it back under `x-reserved`";
                    problems.push(Problem::new(Kind::FreedName, shown(self.schema), message, help));
                }
            }
        }
    }

    /// What was removed does not come back with another meaning: whoever still speaks the older version cannot tell.
    fn returned(&self, problems: &mut Vec<Problem>) {
        let Some((last, older)) = self.since.split_last() else { return };
        let mut told = BTreeSet::new();
        for since in older {
            for change in last.comparison.returned(&since.comparison) {
                if told.insert(change.fingerprint.as_str()) {
                    let message = format!(
                        "brings back what {} had and {} has no longer: {}",
                        since.release.number,
                        last.release.number,
                        last.tell(Some(change)),
                    );
                    let help = "give it another name: peers of the older version take it for what it was";
                    problems.push(Problem::new(Kind::FreedName, shown(self.schema), message, help));
                }
            }
        }
    }

    /// The breaking changes that no note is about, neither here nor in a release since, by fingerprint.
    fn unnoted(&self) -> anyhow::Result<BTreeMap<&str, (&Since, &Change)>> {
        let mut noted: BTreeSet<String> = self.notes.breaking.keys().cloned().collect();
        let mut found = BTreeMap::new();
        for since in self.since.iter().rev() {
            for change in since.breaking().filter(|change| !noted.contains(&change.fingerprint)) {
                found.entry(change.fingerprint.as_str()).or_insert((since, change));
            }
            // What a release says of itself holds for those before it.
            noted.extend(since.release.notes().map_err(one_line)?.breaking.into_keys());
        }
        Ok(found)
    }
}

/// The versions of the generated packages, by language.
pub(super) fn packages(manifest: &Manifest) -> BTreeMap<String, String> {
    let Manifest { rust, python, typescript, .. } = manifest;
    let packages = [
        ("rust", Some(&rust.version)),
        ("python", python.as_ref().map(|settings| &settings.version)),
        ("typescript", typescript.as_ref().map(|settings| &settings.version)),
    ];
    let present = packages.into_iter().filter_map(|(name, version)| Some((name, version?)));
    present.map(|(name, version)| (name.to_owned(), version.get_ref().clone())).collect()
}
