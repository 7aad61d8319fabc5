//! What the benchmark's protocol consists of, before it is written as a schema or as Rust.

mod words;

use crate::random::Random;
use words::{BRANCHES, FIELDS, LEAVES, message_name};
pub use words::{MOST_MESSAGES, SHARED_ENUM, SHARED_TEXTS};

/// A protocol: an envelope and the messages that the server sends in it.
#[derive(Debug, Clone)]
pub struct Protocol {
    /// The messages; the first is the streamed token chunk.
    pub messages: Vec<Message>,
}

/// A message of the server.
#[derive(Debug, Clone)]
pub struct Message {
    /// The value of the discriminator.
    pub tag: String,
    /// Its payload.
    pub payload: Object,
}

/// An object type.
#[derive(Debug, Clone)]
pub struct Object {
    /// The name of its definition.
    pub name: String,
    /// Its members, in the order of the schema.
    pub fields: Vec<Field>,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must come.
    pub required: bool,
    /// In how many of a hundred frames it comes; all, if it is required.
    pub presence: u64,
}

/// What a member holds.
#[derive(Debug, Clone)]
pub enum Kind {
    /// An identifier or a name: a non-empty string with a definition in `types/`.
    Named(&'static str),
    /// The same or `null`.
    NullableNamed(&'static str),
    /// Text for people, of about so many characters.
    Text(u64),
    /// The same or `null`.
    NullableText(u64),
    /// `true` or `false`.
    Flag,
    /// An integer.
    Count,
    /// Milliseconds, with a fraction.
    Duration,
    /// A number from 0 to 100.
    Percentage,
    /// One of the values that are listed.
    Closed(Choice),
    /// One of the values that are listed, or another string.
    Open(Choice),
    /// Short strings.
    Texts,
    /// An object of a type of its own.
    Object(Object),
    /// An array of such objects.
    Objects(Object),
    /// An object whose members nobody lists.
    FreeObject,
    /// Any JSON value.
    Free,
}

/// An enumeration.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The name of its definition.
    pub name: String,
    /// Its values.
    pub values: &'static [&'static str],
}

/// Makes a protocol of so many messages, at most [`MOST_MESSAGES`].
pub fn protocol(messages: usize, seed: u64) -> Protocol {
    let mut random = Random::new(seed);
    let first = chunk();
    let others = (1..messages.min(MOST_MESSAGES)).map(|index| message(index, &mut random));
    Protocol { messages: std::iter::once(first).chain(others).collect() }
}

/// The message that makes up almost half of all frames: a piece of a streamed answer.
fn chunk() -> Message {
    let field = |name, kind, required, presence| Field { name, kind, required, presence };
    let fields = vec![
        field("run_id", Kind::Named("RunId"), true, 100),
        field("thread_id", Kind::Named("ThreadId"), true, 100),
        field("user_id", Kind::NullableNamed("UserId"), false, 60),
        field("agent_name", Kind::Named("AgentName"), false, 80),
        field("task_id", Kind::Named("TaskId"), true, 100),
        field("content", Kind::Text(82), true, 100),
        field("chunk_index", Kind::Count, true, 100),
        field("is_final", Kind::Flag, true, 100),
        field("metadata", Kind::FreeObject, false, 10),
    ];
    let payload = Object { name: "AgentResponseChunk".to_owned(), fields };
    Message { tag: "agent_response_chunk".to_owned(), payload }
}

fn message(index: usize, random: &mut Random) -> Message {
    let tag = message_name(index);
    let name = type_name(&tag);
    let mut fields =
        vec![Field { name: "run_id", kind: Kind::Named("RunId"), required: true, presence: 100 }];
    let wanted = random.between(5, 11);
    let mut candidates = FIELDS.to_vec();
    for _ in 0..wanted {
        let place = random.below(candidates.len() as u64);
        let candidate = candidates.swap_remove(usize::try_from(place).unwrap_or_default());
        fields.push(candidate.field(&name, random));
    }
    if random.percent(45) {
        let candidate = random.pick(&BRANCHES.each_ref());
        fields.push(candidate.field(&name, random));
    }
    Message { tag, payload: Object { name, fields } }
}

/// A field that messages may have.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    name: &'static str,
    /// What it holds, in an object type of this name.
    kind: fn(&str) -> Kind,
}

impl Candidate {
    fn field(self, owner: &str, random: &mut Random) -> Field {
        let required = random.percent(35);
        let presence = if required { 100 } else { random.between(30, 90) };
        Field { name: self.name, kind: (self.kind)(owner), required, presence }
    }
}

/// The object type in `owner` that the field `name` holds: three or four plain members.
fn nested(owner: &str, name: &'static str) -> Object {
    let name = format!("{owner}{}", type_name(name));
    // Any function of the name will do; the length makes neighbours differ.
    let skipped = name.len() % LEAVES.len();
    let leaves = LEAVES.iter().enumerate().filter(|(index, _)| *index != skipped);
    let field = |(index, leaf): (usize, &Candidate)| Field {
        name: leaf.name,
        kind: (leaf.kind)(&name),
        required: index % 2 == 0,
        presence: if index % 2 == 0 { 100 } else { 60 },
    };
    let fields = leaves.map(field).collect();
    Object { name, fields }
}

/// `tool_completed` as a type: `ToolCompleted`.
pub fn type_name(tag: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_uppercase() + rest
    };
    tag.split('_').map(word).collect()
}
