//! Arrays: what must hold of each place, and how many items of a kind there must be.

use super::distinct::Distinct;
use super::engine::{Engine, Outcome};
use super::formula::{Assertion, Formula, Node};
use super::search::lower;
use super::value::Value;
use std::collections::HashSet;
use std::rc::Rc;

/// Longer arrays are not looked for.
const LONGEST: usize = 1_000;

/// What is asked of an array.
#[derive(Default)]
struct Arrays {
    min: u64,
    max: Option<u64>,
    /// No two items may be equal.
    unique: bool,
    /// Two items must be equal.
    repeated: bool,
    /// What holds of the item with an index.
    at: Vec<(usize, Formula)>,
    /// What holds of all items from an index on.
    from: Vec<(usize, Formula)>,
    counts: Vec<Count>,
}

/// So many items, from an index on, are of a kind.
#[derive(Clone, Copy)]
struct Count {
    from: usize,
    item: Formula,
    min: u64,
    max: Option<u64>,
}

/// The search for an array, item by item.
struct Search<'a> {
    asked: &'a Arrays,
    /// Two places that hold the same item.
    same: Option<(usize, usize)>,
    /// What holds of each item so far.
    items: Vec<Vec<Formula>>,
    /// How many items of each count there are.
    found: Vec<u64>,
    /// Which counts the item at the first of the same places is one of.
    first: Vec<bool>,
    /// Where the search has been, and found nothing.
    failed: HashSet<(usize, Vec<u64>, Vec<bool>)>,
    unknown: bool,
}

impl Engine {
    /// An array of which all these assertions hold.
    pub(super) fn array(&mut self, asserted: &[Formula]) -> Outcome {
        let asked = self.asked_of_array(asserted);
        let most = asked.max.map_or(LONGEST, |max| usize::try_from(max).unwrap_or(LONGEST));
        if asked.max.is_some_and(|max| max < asked.min) || (asked.unique && asked.repeated) {
            return Outcome::Empty;
        }
        if !asked.unique && !asked.repeated && asked.counts.is_empty() {
            return self.plain_array(&asked);
        }
        if !asked.repeated {
            return self.array_with(&asked, None);
        }
        // Places behind all those that are spoken of are alike: two of them are enough.
        let named = asked.at.iter().map(|(index, _)| index + 1);
        let named = named
            .chain(asked.from.iter().map(|(from, _)| *from))
            .chain(asked.counts.iter().map(|count| count.from));
        let last = named.max().unwrap_or(0) + 1;
        let mut unknown = false;
        for second in 1..=last.min(most.saturating_sub(1)) {
            for first in 0..second {
                match self.array_with(&asked, Some((first, second))) {
                    Outcome::Empty => {}
                    Outcome::Unknown => unknown = true,
                    found @ Outcome::Found(_) => return found,
                }
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    fn asked_of_array(&self, asserted: &[Formula]) -> Arrays {
        let mut asked = Arrays::default();
        for formula in asserted {
            let Node::Assertion(assertion) = self.node(*formula) else { continue };
            match (assertion, formula.is_negated()) {
                (Assertion::MinItems(count), false) => asked.min = asked.min.max(*count),
                (Assertion::MinItems(count), true) => lower(&mut asked.max, count.saturating_sub(1)),
                (Assertion::MaxItems(count), false) => lower(&mut asked.max, *count),
                (Assertion::MaxItems(count), true) => asked.min = asked.min.max(count.saturating_add(1)),
                (Assertion::Unique, false) => asked.unique = true,
                (Assertion::Unique, true) => asked.repeated = true,
                (Assertion::Item(index, item), false) => asked.at.push((*index, *item)),
                (Assertion::Item(index, item), true) => {
                    asked.min = asked.min.max(*index as u64 + 1);
                    asked.at.push((*index, item.negated()));
                }
                (Assertion::Items(from, item), false) => asked.from.push((*from, *item)),
                (Assertion::Items(from, item), true) => {
                    asked.counts.push(Count { from: *from, item: item.negated(), min: 1, max: None });
                }
                (Assertion::Contains { item, min, max }, false) => {
                    asked.counts.push(Count { from: 0, item: *item, min: *min, max: *max });
                }
                _ => {}
            }
        }
        asked
    }

    /// An array of which each item is right by itself.
    fn plain_array(&mut self, asked: &Arrays) -> Outcome {
        const MOST: u64 = 10_000;
        if asked.min > MOST {
            return self.give_up("an array would have to be very long");
        }
        let mut unknown = false;
        let mut items = Vec::new();
        for index in 0..usize::try_from(asked.min).unwrap_or(usize::MAX) {
            match self.solve(asked.holds_at(index).collect()) {
                Outcome::Found(value) => items.push(value.as_ref().clone()),
                Outcome::Empty => return Outcome::Empty,
                Outcome::Unknown => unknown = true,
            }
        }
        if unknown { Outcome::Unknown } else { self.whole(Value::Array(items)) }
    }

    fn array_with(&mut self, asked: &Arrays, same: Option<(usize, usize)>) -> Outcome {
        let found = vec![0; asked.counts.len()];
        let (items, first) = (Vec::new(), Vec::new());
        let mut search = Search { asked, same, items, found, first, failed: HashSet::new(), unknown: false };
        if let Some(value) = self.next_item(&mut search) {
            return self.whole(value);
        }
        if search.unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// Goes on with an array that is right so far.
    fn next_item(&mut self, search: &mut Search<'_>) -> Option<Value> {
        let found = self.within(|engine| engine.next_item_within(search));
        search.unknown |= found.is_none();
        found?
    }

    fn next_item_within(&mut self, search: &mut Search<'_>) -> Option<Value> {
        let index = search.items.len();
        if search.is_complete() {
            return self.spell(search);
        }
        let most = search.asked.max.is_some_and(|max| index as u64 >= max);
        // Each count can only need so many more items; what is longer than that is no better.
        if most || index as u64 >= search.enough() {
            return None;
        }
        if index >= LONGEST || !self.step() {
            self.give_up("an array would have to be very long");
            search.unknown = true;
            return None;
        }
        let place = (index, search.clipped(), search.first.clone());
        if !search.asked.unique && search.failed.contains(&place) {
            return None;
        }
        for choice in search.choices(index) {
            if let Some(found) = self.with_item(search, index, &choice) {
                return Some(found);
            }
        }
        if !search.asked.unique {
            search.failed.insert(place);
        }
        None
    }

    /// Tries an item that is of some of the counts.
    fn with_item(&mut self, search: &mut Search<'_>, index: usize, choice: &[bool]) -> Option<Value> {
        let set = search.item(index, choice);
        if self.solve(set.clone()).is_empty() {
            return None;
        }
        search.items.push(set);
        let fits = !search.asked.unique
            || match self.distinct(&search.items) {
                Distinct::Found(_) => true,
                Distinct::Empty => false,
                Distinct::Unknown => {
                    search.unknown = true;
                    false
                }
            };
        let (found, first) = (search.found.clone(), search.first.clone());
        for (count, chosen) in search.found.iter_mut().zip(choice) {
            *count += u64::from(*chosen);
        }
        if search.same.is_some_and(|(first, _)| first == index) {
            search.first = choice.to_vec();
        }
        let value = if fits { self.next_item(search) } else { None };
        search.found = found;
        search.first = first;
        search.items.pop();
        value
    }

    /// The array, all of whose items there are.
    fn spell(&mut self, search: &mut Search<'_>) -> Option<Value> {
        let items = if search.asked.unique {
            match self.distinct(&search.items) {
                Distinct::Found(items) => items,
                _ => return None,
            }
        } else {
            let solved = search.items.iter().map(|item| match self.solve(item.clone()) {
                Outcome::Found(value) => Some(value),
                _ => None,
            });
            let solved: Option<Vec<Rc<Value>>> = solved.collect();
            search.unknown |= solved.is_none();
            let mut items = solved?;
            if let Some((first, second)) = search.same {
                items[second] = Rc::clone(&items[first]);
            }
            items
        };
        Some(Value::Array(items.iter().map(|item| item.as_ref().clone()).collect()))
    }
}

impl Arrays {
    /// What holds of the item with this index.
    fn holds_at(&self, index: usize) -> impl Iterator<Item = Formula> {
        let at = self.at.iter().filter(move |(at, _)| *at == index).map(|(_, item)| *item);
        at.chain(self.from.iter().filter(move |(from, _)| *from <= index).map(|(_, item)| *item))
    }
}

impl Search<'_> {
    fn is_complete(&self) -> bool {
        let counted = |(count, found): (&Count, &u64)| *found >= count.min;
        let length = self.items.len();
        length as u64 >= self.asked.min
            && self.same.is_none_or(|(_, second)| length > second)
            && self.asked.counts.iter().zip(&self.found).all(counted)
    }

    /// No array needs to be longer: all that is asked for fits in one of this length.
    fn enough(&self) -> u64 {
        let named = self.asked.at.iter().map(|(index, _)| *index as u64 + 1);
        let named = named.chain(self.asked.from.iter().map(|(from, _)| *from as u64));
        let named = named.chain(self.asked.counts.iter().map(|count| count.from as u64));
        let named = named.chain(self.same.map(|(_, second)| second as u64 + 1));
        let named = named.max().unwrap_or(0).max(self.asked.min);
        let counted = self.asked.counts.iter().map(|count| count.min);
        counted.fold(named, u64::saturating_add)
    }

    /// The counts, as far as they still matter.
    fn clipped(&self) -> Vec<u64> {
        let clip = |(count, found): (&Count, &u64)| (*found).min(count.max.map_or(count.min, |max| max + 1));
        self.asked.counts.iter().zip(&self.found).map(clip).collect()
    }

    /// Which counts the next item may be one of, those first that are still needed.
    fn choices(&self, index: usize) -> Vec<Vec<bool>> {
        if self.same.is_some_and(|(_, second)| second == index) {
            return vec![self.first.clone()];
        }
        // What is the same as a later item is of the counts that this one is of.
        let reach = self.same.filter(|(first, _)| *first == index).map_or(index, |(_, second)| second);
        let mut choices = vec![Vec::new()];
        for (count, found) in self.asked.counts.iter().zip(&self.found) {
            let needed = *found < count.min;
            let allowed = reach >= count.from && count.max.is_none_or(|max| *found < max);
            let options: &[bool] = match (allowed, needed, count.max) {
                (false, ..) | (true, false, None) => &[false],
                (true, true, _) => &[true, false],
                (true, false, Some(_)) => &[false, true],
            };
            choices = options
                .iter()
                .flat_map(|option| choices.iter().map(move |choice| [choice.as_slice(), &[*option]].concat()))
                .collect();
        }
        choices
    }

    /// What holds of the item with this index, if it is of these counts.
    fn item(&self, index: usize, choice: &[bool]) -> Vec<Formula> {
        let mut set: Vec<Formula> = self.asked.holds_at(index).collect();
        if let Some((first, second)) = self.same.filter(|(first, second)| [*first, *second].contains(&index))
        {
            set.extend(self.asked.holds_at(first).chain(self.asked.holds_at(second)));
        }
        for (count, chosen) in self.asked.counts.iter().zip(choice) {
            // Where there is a most, what is not counted must not be of the kind.
            if *chosen || count.max.is_some() {
                set.push(count.item.negated_if(!chosen));
            }
        }
        set
    }
}
