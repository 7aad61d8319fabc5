//! Adapters: what the notes on breaking changes say becomes of frames, for each release in use.
//!
//! A note declares steps ([`Declared`]) for the message that its change is about, names another note whose steps do for
//! both changes, or says that the change is dealt with by hand. Of the notes on all that broke since a release the tables
//! are made that [`crate::adapt`] interprets, here and in generated code; every example of either version is converted
//! by them before anything is generated.

mod book;
mod declared;
mod message;
mod places;
mod trial;

pub use declared::Declared;

use super::{InUse, Note};
use crate::adapt::{Frames, Step, Version as FrameOf};
use crate::diagnostic::{Code, Findings, Report};
use crate::evolution::{Change, SemVer, Skew, Verdict, Version};
use crate::load::Loader;
use crate::model::{Arena, Side};
use crate::text::Text;
use book::{Book, Entry};
use bumpalo::Bump;
use message::{Work, messages};
use places::Told;
use std::collections::{BTreeMap, BTreeSet};

/// What translates between this version and the peers of a release. Its tables live as long as the program runs:
/// generated code has them as constants, too.
#[derive(Debug)]
pub struct Adapters {
    /// The release.
    pub number: SemVer,
    /// Which peers of it there still are.
    pub peers: Vec<Skew>,
    /// What becomes of the server's frames.
    pub from_server: Frames<'static>,
    /// What becomes of the clients' frames.
    pub from_client: Frames<'static>,
    /// What is done by hand.
    pub by_hand: Vec<ByHand>,
}

/// A message whose frames are adapted by hand.
#[derive(Debug)]
pub struct ByHand {
    /// Who sends it.
    pub sender: Side,
    /// Its name in the release, if its frames are upgraded.
    pub old: Option<Text>,
    /// Its name in this version, if its frames are downgraded.
    pub new: Option<Text>,
    /// What changed, as the notes say it.
    pub what: Vec<Text>,
}

/// What the notes say of the releases in use.
#[derive(Debug, Default)]
pub struct Adaptation {
    /// The adapters of those releases that something broke since, the oldest first.
    pub adapters: Vec<Adapters>,
    /// The notes on what broke since the oldest of them, by fingerprint.
    pub notes: BTreeMap<String, Note>,
    /// The breaking changes that no note is about, each with the oldest release since which it breaks somebody.
    pub unnoted: Vec<(SemVer, Change)>,
}

impl Adapters {
    /// What becomes of the frames of a side.
    pub const fn frames(&self, sender: Side) -> &Frames<'static> {
        match sender {
            Side::Client => &self.from_client,
            Side::Server | Side::Either => &self.from_server,
        }
    }

    /// Whether frames of a message of one of the versions are said in the words of the other one.
    pub fn carries(&self, sender: Side, message: &str, from: FrameOf) -> bool {
        let found = self.frames(sender).messages.iter().find(|of| of.name(from) == Some(message));
        let drops =
            |step: &Step<'_>| matches!(step, Step::Drop { version, place: [], .. } if *version == from);
        found.is_some_and(|message| !message.steps.iter().any(drops))
    }

    /// Whether frames of a side are upgraded, for a peer of the release sends them.
    pub fn upgrades(&self, sender: Side) -> bool {
        let peer = if sender == Side::Client { Skew::OldClients } else { Skew::OldServers };
        self.peers.contains(&peer)
    }

    /// Whether frames of a side are downgraded, for a peer of the release reads them.
    pub fn downgrades(&self, sender: Side) -> bool {
        self.upgrades(sender.peer())
    }
}

/// Makes the adapters of the releases in use.
///
/// # Errors
/// The report of notes that cannot be read, and of all that is wrong with the adapters that they declare.
pub(crate) fn adaptation(mut loader: Loader, in_use: &[InUse], now: &Version) -> Result<Adaptation, Report> {
    let broken = in_use.iter().filter(|since| breaking(since).next().is_some());
    let broken: Vec<&InUse> = broken.collect();
    let Some(oldest) = in_use.first().map(|since| since.release.number) else {
        return Ok(Adaptation::default());
    };
    let book = Book::read(&mut loader, oldest)?;
    let mut findings = Findings::default();
    let mut adaptation = Adaptation::default();
    let (mut seen, mut adaptable) = (BTreeSet::new(), BTreeSet::new());
    let arena = Arena::new(Box::leak(Box::new(Bump::new())));
    for since in broken {
        let works = works(since, now, &book, arena, &mut findings);
        let adapters = adapters(since, now, &works, arena, &mut findings);
        if findings.is_empty() {
            trial::samples(&adapters, &works, since, now, &mut findings);
        }
        adaptation.adapters.push(adapters);
        for change in breaking(since) {
            if is_adaptable(change) {
                adaptable.insert(change.fingerprint.clone());
            }
            let new = seen.insert(change.fingerprint.clone());
            if new && book.get(&change.fingerprint).is_none() {
                adaptation.unnoted.push((since.release.number, change.clone()));
            }
        }
    }
    book.stale(&adaptable, &mut findings);
    findings.propagate(loader.sources())?;
    adaptation.adapters.retain(|adapters| !adapters.is_empty());
    adaptation.notes = book.into_notes();
    Ok(adaptation)
}

impl Adapters {
    const fn is_empty(&self) -> bool {
        self.from_server.messages.is_empty() && self.from_client.messages.is_empty()
    }
}

/// What broke since a release for the peers that are in use.
fn breaking(since: &InUse) -> impl Iterator<Item = &Change> {
    since.comparison.changes.iter().filter(|change| change.verdict >= Verdict::Unknown)
}

/// Whether an adapter can do anything about a change. A close code is in no frame, and what is of the past already is
/// for the receiver.
fn is_adaptable(change: &Change) -> bool {
    change.sender != Side::Either && change.rule.id != "DEP-005"
}

/// What the notes say of each message, by sender and name.
type Works<'b> = BTreeMap<(u8, String), Work<'b>>;

fn works<'b>(
    since: &InUse,
    now: &Version,
    book: &'b Book,
    arena: Arena<'static>,
    findings: &mut Findings,
) -> Works<'b> {
    let mut works = Works::new();
    for change in breaking(since).filter(|change| is_adaptable(change)) {
        let Some(entry) = book.resolve(&change.fingerprint, findings) else { continue };
        let names = match &change.message {
            Some(name) => vec![name.clone()],
            None => every_message(change.sender, &since.version, now),
        };
        for name in names {
            let key = (change.sender as u8, name.clone());
            let work = works.entry(key).or_insert_with(|| Work::new(change.sender, name, entry.at.clone()));
            work.add(entry, arena, findings);
        }
    }
    works
}

/// The messages of a side in either version.
fn every_message(sender: Side, old: &Version, new: &Version) -> Vec<String> {
    let told = [old, new].into_iter().filter_map(|version| Told::of(&version.protocol, sender));
    let names: BTreeSet<String> = told.flat_map(|told| told.names()).map(str::to_owned).collect();
    names.into_iter().collect()
}

fn adapters(
    since: &InUse,
    now: &Version,
    works: &Works<'_>,
    arena: Arena<'static>,
    findings: &mut Findings,
) -> Adapters {
    let mut by_hand = Vec::new();
    let mut frames = |sender: Side| {
        let told = |version: &Version| Told::of(&version.protocol, sender).map(|told| arena.str(told.tag));
        let works = works.values().filter(|work| work.sender == sender);
        let messages = messages(works, &since.version, now, arena, &mut by_hand, findings);
        Frames {
            old_tag: told(&since.version).unwrap_or_default(),
            new_tag: told(now).unwrap_or_default(),
            messages: arena.slice(messages.into_iter()),
        }
    };
    let (from_server, from_client) = (frames(Side::Server), frames(Side::Client));
    let (number, peers) = (since.release.number, since.peers.clone());
    Adapters { number, peers, from_server, from_client, by_hand }
}

/// How notes speak of what they are about, in a finding.
const HELP: &str = "see \"Adapters\" in docs/release.md for what a note can declare";

fn wrong(entry: &Entry, message: String, findings: &mut Findings) {
    findings.add(Code::InvalidAdapter, &entry.at, message, HELP);
}
