//! Values for the fields of the benchmark's protocol.

use crate::plan::{Field, Kind, Message, Object, SHARED_TEXTS};
use crate::random::Random;
use serde_json::{Map, Number, Value, json};

/// Which optional members an object gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    /// Every one.
    All,
    /// As often as the plan says.
    AsUsual,
}

/// A frame with the discriminator first.
pub fn frame(message: &Message, members: Members, random: &mut Random) -> Value {
    let mut frame = Map::new();
    frame.insert("type".to_owned(), json!(message.tag));
    frame.insert("data".to_owned(), object(&message.payload, members, random));
    let microseconds = random.between(1_758_000_000_000_000, 1_758_300_000_000_000);
    frame.insert("timestamp".to_owned(), number(microseconds, 1e6));
    for (name, ty, present, null) in
        [("server_id", "ServerId", 70, 20), ("correlation_id", "CorrelationId", 50, 60)]
    {
        if members == Members::All || random.percent(present) {
            let value = if random.percent(null) { Value::Null } else { named(ty, random) };
            frame.insert(name.to_owned(), value);
        }
    }
    Value::Object(frame)
}

fn object(object: &Object, members: Members, random: &mut Random) -> Value {
    let mut map = Map::new();
    for field in &object.fields {
        if field.required || members == Members::All || random.percent(field.presence) {
            map.insert(field.name.to_owned(), value(field, members, random));
        }
    }
    Value::Object(map)
}

fn value(field: &Field, members: Members, random: &mut Random) -> Value {
    match &field.kind {
        Kind::NullableNamed(_) | Kind::NullableText(_) if random.percent(30) => Value::Null,
        Kind::Named(ty) | Kind::NullableNamed(ty) => named(ty, random),
        Kind::Text(length) | Kind::NullableText(length) => json!(text(*length, random)),
        Kind::Flag => json!(random.percent(50)),
        Kind::Count => json!(random.below(4_000)),
        Kind::Duration => number(random.below(9_000_000), 1e3),
        Kind::Percentage => number(random.below(1_001), 1e1),
        Kind::Open(_) if random.percent(2) => json!("something_new"),
        Kind::Closed(choice) | Kind::Open(choice) => json!(random.pick(choice.values)),
        Kind::Texts => (0..random.below(4)).map(|_| json!(text(8, random))).collect(),
        Kind::Object(nested) => object(nested, members, random),
        Kind::Objects(nested) => (0..random.between(1, 3)).map(|_| object(nested, members, random)).collect(),
        Kind::Free if random.percent(30) => json!(text(20, random)),
        Kind::FreeObject | Kind::Free => free(random),
    }
}

fn number(numerator: u64, denominator: f64) -> Value {
    // Below 2^53, so that nothing is lost.
    #[allow(clippy::cast_precision_loss, reason = "all numerators here are below 2^53")]
    let quotient = numerator as f64 / denominator;
    Number::from_f64(quotient).map_or(Value::Null, Value::Number)
}

fn named(ty: &str, random: &mut Random) -> Value {
    let prefix = SHARED_TEXTS.iter().find(|(name, ..)| *name == ty).map_or("", |(_, _, prefix)| *prefix);
    json!(format!("{prefix}{:08x}", random.bits() >> 32))
}

/// What applications put where the schema lists nothing: a few members of mixed types.
fn free(random: &mut Random) -> Value {
    json!({
        "source": random.pick(&["cache", "live", "replay"]),
        "attempt": random.below(5),
        "scores": [number(random.below(1_000), 1e3), number(random.below(1_000), 1e3)],
        "note": text(12, random),
        "verified": random.percent(50),
    })
}

const WORDS: [&str; 24] = [
    "the",
    "cost",
    "of",
    "compute",
    "in",
    "this",
    "region",
    "rose",
    "by",
    "twelve",
    "per",
    "cent",
    "because",
    "idle",
    "nodes",
    "were",
    "kept",
    "warm",
    "overnight",
    "and",
    "traffic",
    "fell",
    "as",
    "expected",
];
/// Words with characters beyond ASCII.
const FOREIGN: [&str; 6] = ["café", "naïve", "größer", "→", "“quoted”", "🚀"];
/// What must be escaped in every rendering.
const ESCAPED: [&str; 3] = ["\n", "\"x\"", "C:\\tmp"];

/// About `length` characters of prose. One text in four has characters beyond ASCII, one in ten an escape.
fn text(length: u64, random: &mut Random) -> String {
    let length = usize::try_from(random.between(length / 2, length * 3 / 2)).unwrap_or_default();
    let mut words: Vec<&str> = Vec::new();
    while words.iter().map(|word| word.len() + 1).sum::<usize>() < length {
        words.push(random.pick(&WORDS));
    }
    if random.percent(25) {
        words.push(random.pick(&FOREIGN));
    }
    if random.percent(10) {
        words.push(random.pick(&ESCAPED));
    }
    words.join(" ")
}
