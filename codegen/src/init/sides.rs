//! Who sends what, as far as names tell. Nothing is decided in silence: each guess comes with a question.

use super::facts::{Facts, Found};
use super::probe::{Probe, Trial};
use super::{Candidate, Root, describe, graph};
use crate::diagnostic::Report;
use crate::model::Side;
use crate::schema::Keywords;
use crate::text::quoted;
use std::collections::HashMap;

/// What names of messages end in, and who usually sends such; the first row of a side is tried first.
const KINDS: [(Side, &[&str]); 3] = [
    (Side::Client, &["request", "command"]),
    (Side::Server, &["event", "notification"]),
    (Side::Server, &["response", "result", "reply"]),
];

/// Other words that names of messages end in.
const MESSAGES: [&str; 5] = ["message", "msg", "frame", "call", "packet"];

/// What was decided: what is sent, what could be named as well, and what is to be asked.
pub(super) type Decision = (Vec<Root>, Vec<Candidate>, Vec<String>);

/// Decides who sends what.
pub(super) fn decide(trial: &Trial, probe: &Probe) -> Decision {
    let mut facts = Facts::new(probe);
    facts.look_at_members(trial);
    let heads: Vec<Found> =
        graph::heads(&probe.schemas).into_iter().map(|head| facts.found(head.schema)).collect();
    let speaks = facts.root().is_some_and(|(_, keywords)| speaks(keywords));
    if speaks || heads.is_empty() { whole(&facts, trial, &heads) } else { parts(trial, &heads) }
}

/// What the roots of a side that has several are together. This is the proposal's last trial: it must work.
///
/// # Errors
/// The report of what is wrong with the schema.
pub(super) fn unions(trial: &Trial, roots: &[Root]) -> Result<Vec<(Side, String)>, Report> {
    let of = |side: Side| {
        let references = roots.iter().filter(|root| root.side == side);
        (side, references.map(|root| root.candidate.reference.clone()).collect::<Vec<_>>())
    };
    let all = [Side::Server, Side::Client, Side::Either].map(of);
    let named: Vec<(&str, Vec<String>)> = all
        .iter()
        .filter(|(_, references)| !references.is_empty())
        .map(|(side, references)| (side.name(), references.clone()))
        .collect();
    let probe = trial.run(&named)?;
    let several = all.iter().filter(|(side, references)| *side != Side::Either && references.len() > 1);
    let united = several.filter_map(|(side, _)| {
        let root = probe.protocol.direction(*side)?.roots.first()?;
        Some((*side, describe::shape(&probe.protocol, *root)))
    });
    Ok(united.collect())
}

/// Whether a root schema says more than that it is an object.
fn speaks(keywords: &Keywords) -> bool {
    !matches!(keywords.shape_keywords().as_slice(), [] | ["type"])
}

/// The root schema is what is sent; its members, if it is a union and their names tell.
fn whole(facts: &Facts<'_>, trial: &Trial, heads: &[Found]) -> Decision {
    let members = facts.root_members();
    let sides = Sides::of(&members, trial);
    let alternatives = |found: &[Found]| found.iter().map(Found::candidate).collect::<Vec<_>>();
    if sides.is_empty() {
        let what = facts.root().map_or_else(|| "any value".to_owned(), |(root, _)| facts.what(root));
        let candidate = Candidate { reference: "#".to_owned(), what };
        let question = "who sends the root schema: the server, the client, or either? Nothing tells, so it stands \
                        under `either`";
        let others = [alternatives(&members), alternatives(heads)].concat();
        return (vec![Root { side: Side::Either, candidate }], others, vec![question.to_owned()]);
    }
    let (roots, questions) = sides.roots(&members, |_| true);
    (roots, alternatives(heads), questions)
}

/// The definitions that nothing refers to are what is sent, if their names tell; else each definition for itself.
fn parts(trial: &Trial, heads: &[Found]) -> Decision {
    let sides = Sides::of(heads, trial);
    if sides.is_empty() {
        let what = "every definition of the root file, each a type of its own".to_owned();
        let candidate = Candidate { reference: "*".to_owned(), what };
        let question = "who sends what? Nothing tells, so every definition stands under `either`; name those that the \
                        server sends under `server`, and those that the client sends under `client`";
        let others = heads.iter().map(Found::candidate).collect();
        return (vec![Root { side: Side::Either, candidate }], others, vec![question.to_owned()]);
    }
    let is_message = |found: &Found| !found.members.is_empty() || !sides.by_name && found.kind().is_some();
    let (roots, questions) = sides.roots(heads, is_message);
    let named = |found: &&Found| roots.iter().all(|root| root.candidate.reference != found.reference);
    let others = heads.iter().filter(named).map(Found::candidate).collect();
    (roots, others, questions)
}

/// The side of each candidate, where names tell.
struct Sides {
    of: Vec<Option<Side>>,
    /// Whether names say the side itself, and not just a kind of message.
    by_name: bool,
}

impl Sides {
    fn of(found: &[Found], trial: &Trial) -> Self {
        let by_name: Vec<Option<Side>> = found.iter().map(Found::side).collect();
        if by_name.iter().any(Option::is_some) {
            return Self { of: by_name, by_name: true };
        }
        Self { of: by_kind(found, trial), by_name: false }
    }

    fn is_empty(&self) -> bool {
        self.of.iter().all(Option::is_none)
    }

    /// What each side sends; what names do not tell stands under `either` if it is `wanted`.
    fn roots(&self, found: &[Found], wanted: impl Fn(&Found) -> bool) -> (Vec<Root>, Vec<String>) {
        let mut roots = Vec::new();
        for side in [Side::Server, Side::Client, Side::Either] {
            for (found, decided) in found.iter().zip(&self.of) {
                let belongs = match decided {
                    Some(decided) => *decided == side,
                    None => side == Side::Either && wanted(found),
                };
                roots.extend(belongs.then(|| Root { side, candidate: found.candidate() }));
            }
        }
        let questions = self.questions(found, &roots);
        (roots, questions)
    }

    fn questions(&self, found: &[Found], roots: &[Root]) -> Vec<String> {
        let mut questions = Vec::new();
        if self.by_name {
            questions.push(
                "is it true that each side sends what bears its name? `server` and `client` were filled by names"
                    .to_owned(),
            );
            let agent = |found: &Found| found.side().is_some() && found.says("agent");
            if found.iter().any(agent) {
                questions.push(
                    "is the agent the server, the side that is connected to? It was taken for it".into(),
                );
            }
        } else {
            questions.push(
                "does the client send all that is called a request, and the server the rest? `server` and `client` \
                 were filled by what names end in; move what the other side sends"
                    .to_owned(),
            );
        }
        let open = roots.iter().filter(|root| root.side == Side::Either);
        let open: Vec<String> = open.map(|root| quoted(&root.candidate.reference)).collect();
        if !open.is_empty() {
            questions.push(format!("who sends {}? Nothing tells, hence `either`", few(&open)));
        }
        questions
    }
}

/// The first few of a list, and how many more there are.
pub(super) fn few(names: &[String]) -> String {
    const MOST: usize = 6;
    let first = names.get(..MOST.min(names.len())).unwrap_or_default().join(", ");
    let more = names.len().saturating_sub(MOST);
    if more == 0 { first } else { format!("{first} and {more} more") }
}

/// Sides by what names end in. It only counts where requests stand beside what answers them, and where a property tells
/// the messages of a side apart: a guess must not make a union that is worse than none.
fn by_kind(found: &[Found], trial: &Trial) -> Vec<Option<Side>> {
    let mut sides = vec![None; found.len()];
    let kinds: Vec<Option<usize>> = found.iter().map(Found::kind).collect();
    let has =
        |side: Side| kinds.iter().flatten().any(|kind| KINDS.get(*kind).is_some_and(|row| row.0 == side));
    if !has(Side::Client) || !has(Side::Server) {
        return sides;
    }
    let mut chosen: HashMap<&str, Vec<usize>> = HashMap::new();
    for (kind, (side, _)) in KINDS.iter().enumerate() {
        let of_kind: Vec<usize> =
            kinds.iter().enumerate().filter(|(_, of)| **of == Some(kind)).map(|(index, _)| index).collect();
        let mut wanted = chosen.get(side.name()).cloned().unwrap_or_default();
        wanted.extend(leading(found, &of_kind));
        wanted.sort_unstable();
        if wanted.len() == 1 || is_tagged(trial, *side, found, &wanted) {
            chosen.insert(side.name(), wanted);
        }
    }
    for side in [Side::Server, Side::Client] {
        for index in chosen.get(side.name()).into_iter().flatten() {
            if let Some(of) = sides.get_mut(*index) {
                *of = Some(side);
            }
        }
    }
    sides
}

/// Of several messages of a kind those that are unions, without those that lie in another one whole.
fn leading(found: &[Found], of_kind: &[usize]) -> Vec<usize> {
    let of_kind: Vec<(usize, &Found)> =
        of_kind.iter().filter_map(|index| Some((*index, found.get(*index)?))).collect();
    let unions: Vec<(usize, &Found)> =
        of_kind.iter().filter(|(_, found)| !found.members.is_empty()).copied().collect();
    let lies_in = |one: &Found, other: &Found| {
        one.members.len() < other.members.len()
            && one.members.iter().all(|member| other.members.contains(member))
    };
    let leads = |one: &&(usize, &Found)| !unions.iter().any(|(_, other)| lies_in(one.1, other));
    let chosen: Vec<usize> = unions.iter().filter(leads).map(|(index, _)| *index).collect();
    if chosen.is_empty() { of_kind.into_iter().map(|(index, _)| index).collect() } else { chosen }
}

/// Whether a property tells apart what a side would send.
fn is_tagged(trial: &Trial, side: Side, found: &[Found], chosen: &[usize]) -> bool {
    let references = chosen.iter().filter_map(|index| found.get(*index)).map(|found| found.reference.clone());
    let references: Vec<String> = references.collect();
    if references.is_empty() {
        return false;
    }
    let Ok(probe) = trial.run(&[(side.name(), references)]) else { return false };
    let root = probe.protocol.direction(side).and_then(|direction| direction.roots.first());
    root.is_some_and(|root| describe::is_tagged(&probe.protocol, *root))
}

impl Found {
    /// The side that every name says, if they agree.
    fn side(&self) -> Option<Side> {
        let is_union = !self.members.is_empty();
        let mut sides = self.names.iter().map(|words| side_of(words, is_union));
        let first = sides.next()??;
        sides.all(|side| side == Some(first)).then_some(first)
    }

    /// The row of [`KINDS`] that the name belongs to.
    fn kind(&self) -> Option<usize> {
        let last = self.names.first()?.last()?;
        KINDS.iter().position(|(_, endings)| endings.contains(&last.as_str()))
    }

    fn says(&self, word: &str) -> bool {
        self.names.iter().flatten().any(|said| said == word)
    }
}

/// The side that a name begins with, or says to come from. Of what is no union, only a name that ends as names of
/// messages do is trusted: there may be a `ClientConfig`.
fn side_of(words: &[String], is_union: bool) -> Option<Side> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let last = words.last()?;
    let is_message = KINDS.iter().any(|(_, endings)| endings.contains(last)) || MESSAGES.contains(last);
    let is_whole = words.len() == 1;
    match words.as_slice() {
        [.., "from", "client"] | [.., "to", "server"] => Some(Side::Client),
        [.., "from", "server"] | [.., "to", "client"] => Some(Side::Server),
        ["client", ..] if is_union || is_message || is_whole => Some(Side::Client),
        ["server" | "agent", ..] if is_union || is_message || is_whole => Some(Side::Server),
        _ => None,
    }
}

/// The words of a name, in lower case: `A2ARequest` is `a2a` and `request`.
pub(super) fn words(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| characters.get(before));
        let behind = characters.get(index + 1).is_some_and(|behind| behind.is_lowercase());
        let begins = character.is_uppercase()
            && before.is_some_and(|before| before.is_lowercase() || before.is_alphanumeric() && behind);
        if !character.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{Side, side_of, words};

    #[test]
    fn names_have_words() {
        assert_eq!(words("A2ARequest"), ["a2a", "request"]);
        assert_eq!(words("JSONRPCMessage"), ["jsonrpc", "message"]);
        assert_eq!(words("server_to-client event"), ["server", "to", "client", "event"]);
    }

    #[test]
    fn names_tell_sides() {
        let side = |name: &str| side_of(&words(name), false);
        assert_eq!(side("ClientRequest"), Some(Side::Client));
        assert_eq!(side("AgentNotification"), Some(Side::Server));
        assert_eq!(side("MessageToClient"), Some(Side::Server));
        assert_eq!(side("Agent"), Some(Side::Server));
        assert_eq!(side("ClientConfig"), None);
        assert_eq!(side("Request"), None);
    }
}
