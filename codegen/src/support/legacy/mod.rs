//! Legacy forms: retired ways to write a message, and how each becomes the canonical frame.
//!
//! A form is data: where its frames keep the discriminator and the payload, and what tells it from other forms. So are
//! the retired names of messages and the retired spellings of properties, which any form may contain. [`Legacy`] is
//! all of it for one direction; [`Legacy::fit`] recognises a frame, [`Legacy::convert`] writes the canonical one.
//!
//! No two forms of a direction fit one frame: the generator proves it of the tables that it writes.

mod convert;
mod fit;
mod frame;
mod gather;
pub mod time;
pub mod value;

pub use convert::Converted;
pub use fit::Fit;

/// A place below the frame: the names that lead there, as in a JSON Pointer (RFC 6901).
pub type Place<'t> = &'t [&'t str];

/// Every retired way to write the frames of one direction.
#[derive(Debug)]
pub struct Legacy<'t> {
    /// The canonical envelope.
    pub envelope: Shell<'t>,
    /// The canonical messages, sorted by discriminator values.
    pub messages: &'t [Message<'t>],
    /// Retired names of messages, sorted.
    pub names: &'t [Name<'t>],
    /// What objects are made of; other tables refer to it by index.
    pub members: &'t [Members<'t>],
    /// The forms.
    pub forms: &'t [Form<'t>],
}

/// The canonical envelope.
#[derive(Debug)]
pub struct Shell<'t> {
    /// The discriminator.
    pub tag: &'t str,
    /// The member that holds the payload.
    pub payload: &'t str,
    /// Index of the other members.
    pub members: usize,
    /// The members that get the time of receipt where a form has none.
    pub filled: &'t [&'t str],
}

/// A canonical message.
#[derive(Debug)]
pub struct Message<'t> {
    /// Its discriminator values, from the outermost inwards.
    pub path: &'t [&'t str],
    /// The discriminator inside its payload, if messages of this name have one.
    pub nested: Option<&'t str>,
    /// Index of the payload's members.
    pub payload: usize,
}

/// What is known of the members of an object.
#[derive(Debug)]
pub struct Members<'t> {
    /// The names of today.
    pub listed: &'t [&'t str],
    /// Retired spellings.
    pub synonyms: &'t [Synonym<'t>],
    /// Members with retired spellings somewhere inside, and the index of what those are made of.
    pub inner: &'t [(&'t str, usize)],
}

/// A retired spelling of a member.
#[derive(Debug)]
pub struct Synonym<'t> {
    /// How it was called.
    pub old: &'t str,
    /// How it is called today; the same, if only the unit was another.
    pub name: &'t str,
    /// What becomes of the value.
    pub conversion: Conversion,
}

/// What becomes of the value of a retired spelling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Conversion {
    /// It stays as it is.
    Move,
    /// A text of ISO 8601 becomes Unix seconds. One without a zone is taken as UTC, which is a loss.
    IsoToSeconds,
    /// A text of ISO 8601 without a zone gets that of UTC, which is a loss.
    IsoToUtc,
    /// Milliseconds become seconds.
    MillisecondsToSeconds {
        /// A number that is no larger was in seconds already.
        above: f64,
    },
    /// Seconds become milliseconds.
    SecondsToMilliseconds,
}

/// A retired name of a message.
#[derive(Debug, PartialEq)]
pub struct Name<'t> {
    /// The name.
    pub name: &'t str,
    /// The discriminator values of the message that it is a name of.
    pub message: &'t [&'t str],
    /// Members of the payload that the name stands for: their names and values as JSON.
    pub constants: &'t [(&'t str, &'t str)],
    /// Members, by their place below the payload, and the member of the payload that each becomes.
    pub moves: &'t [(Place<'t>, &'t str)],
}

/// A retired way to write messages.
#[derive(Debug, PartialEq)]
pub struct Form<'t> {
    /// Its name.
    pub name: &'t str,
    /// The version that first had it.
    pub since: &'t str,
    /// The version that stopped sending it.
    pub retired_in: &'t str,
    /// The day from which it is refused by default, in Unix seconds.
    pub sunset: Option<f64>,
    /// What is done with it unless a receiver is told otherwise.
    pub policy: Policy,
    /// Where the name of the message stands; where there are several places, all hold the same name.
    pub discriminator: &'t [Place<'t>],
    /// The names that may stand there.
    pub names: Names<'t>,
    /// Objects whose members belong to the payload, besides those of the frame itself.
    pub payload: &'t [Place<'t>],
    /// What else tells the form.
    pub conditions: &'t [(Place<'t>, Condition<'t>)],
    /// Members, by their place in the frame, and the member of the payload that each becomes.
    pub moves: &'t [(Place<'t>, &'t str)],
    /// Members that have no place in the canonical frame. A message that lists one keeps it.
    pub dropped: &'t [&'t str],
    /// Whether its frames are laid out as the canonical ones, so that only a retired spelling makes one legacy.
    pub canonical_layout: bool,
}

/// The names that may stand at the discriminator of a form.
#[derive(Debug, PartialEq)]
pub enum Names<'t> {
    /// Those of canonical messages.
    Canonical,
    /// Those of canonical messages, and retired ones, but for these.
    AllBut(&'t [&'t str]),
    /// Retired ones, but for these.
    RetiredBut(&'t [&'t str]),
    /// These, canonical or retired.
    Only(&'t [&'t str]),
    /// Names that mean something in this form alone.
    Own(&'t [Name<'t>]),
    /// There is no discriminator: the form belongs to this message.
    Fixed(&'t [&'t str]),
}

/// What must hold of a place in the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition<'t> {
    /// Nothing stands there.
    Absent,
    /// An object stands there.
    Object,
    /// A string stands there.
    String,
    /// A number stands there.
    Number,
    /// This string stands there.
    Text(&'t str),
}

/// What a consumer does with a legacy form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Convert it.
    Accept,
    /// Convert it, and warn.
    Warn,
    /// Refuse it with the hint how to send it today.
    Refuse,
}

impl Policy {
    /// The policy with this name: `accept`, `warn` or `refuse`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "accept" => Some(Self::Accept),
            "warn" => Some(Self::Warn),
            "refuse" => Some(Self::Refuse),
            _ => None,
        }
    }
}

impl<'t> Legacy<'t> {
    /// The retired name of a message.
    fn retired(&self, name: &str) -> Option<&'t Name<'t>> {
        let names: &'t [Name<'t>] = self.names;
        names.binary_search_by(|known| known.name.cmp(name)).ok().and_then(|index| names.get(index))
    }

    /// The message with these discriminator values.
    fn message(&self, path: &[&str]) -> Option<&'t Message<'t>> {
        let messages: &'t [Message<'t>] = self.messages;
        messages.binary_search_by(|known| (*known.path).cmp(path)).ok().and_then(|index| messages.get(index))
    }
}
