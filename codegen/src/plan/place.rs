//! Where a part of a value is: found only when it is to be told.

use super::Tree;
use super::evaluate::address;
use crate::support::{Parser, Result};

/// One step into a value.
#[derive(Debug)]
pub(super) enum Step<'t> {
    /// To the member with this name.
    Member(&'t str),
    /// To the item with this index.
    Item(usize),
}

/// The way from a value to its part at the address `place`; no steps if there is none.
#[cold]
pub(super) fn way<'t>(value: &'t Tree<'_>, place: usize) -> Vec<Step<'t>> {
    let mut steps = Vec::new();
    find(value, place, &mut steps);
    steps.reverse();
    steps
}

/// Searches for the part, and notes the steps to it, the last one first.
fn find<'t>(value: &'t Tree<'_>, place: usize, steps: &mut Vec<Step<'t>>) -> bool {
    if address(value) == place {
        return true;
    }
    let items = value.items().iter().enumerate().map(|(index, item)| (Step::Item(index), item));
    let members = value.members().iter().map(|(name, member)| (Step::Member(name), member));
    for (step, child) in items.chain(members) {
        if find(child, place, steps) {
            steps.push(step);
            return true;
        }
    }
    false
}

/// The steps as a JSON Pointer (RFC 6901 §3).
pub(super) fn pointer(steps: &[Step<'_>]) -> String {
    steps.iter().fold(String::new(), |mut pointer, step| {
        pointer.push('/');
        match step {
            Step::Member(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
            Step::Item(index) => pointer.push_str(&index.to_string()),
        }
        pointer
    })
}

/// Where the part to which the steps lead starts in `text`, or the name that the last step goes to.
pub(super) fn offset(text: &str, steps: &[Step<'_>], of_name: bool) -> Result<usize> {
    let mut parser = Parser::new(text);
    for step in steps {
        match step {
            Step::Member(name) => pass_members_before(&mut parser, name)?,
            Step::Item(index) => pass_items(&mut parser, *index)?,
        }
    }
    parser.peek()?;
    Ok(if of_name { parser.key_span().0 } else { parser.offset() })
}

fn pass_members_before(parser: &mut Parser<'_>, name: &str) -> Result<()> {
    let mut first = true;
    parser.object_start()?;
    while let Some(key) = parser.object_next(&mut first)? {
        if key == name {
            break;
        }
        parser.skip()?;
    }
    Ok(())
}

fn pass_items(parser: &mut Parser<'_>, count: usize) -> Result<()> {
    let mut first = true;
    parser.array_start()?;
    for _ in 0..count {
        parser.array_next(&mut first)?;
        parser.skip()?;
    }
    parser.array_next(&mut first).map(drop)
}
