//! Objects: properties that must be there, and what must hold of those that may be.
//!
//! Names are strings like others: which there are is a question to the engine, too.

use super::distinct::Distinct;
use super::engine::{Engine, Outcome};
use super::formula::{Assertion, Formula, Node};
use super::search::lower;
use super::value::{Kind, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is asked of an object.
#[derive(Default)]
struct Objects {
    min: u64,
    max: Option<u64>,
    /// What holds of the properties with these names.
    named: HashMap<String, Vec<Formula>>,
    /// What holds of all properties with such names.
    open: Vec<Rule>,
    /// What must hold of properties that there must be, by their names.
    required: BTreeMap<String, Vec<Formula>>,
    /// Properties that there must be, with names that are not given.
    needed: Vec<Rule>,
    /// Names that are spoken of.
    known: BTreeSet<String>,
}

/// Such names, and such values.
#[derive(Clone, Copy)]
struct Rule {
    names: Formula,
    values: Formula,
}

/// A property of the object that is looked for.
#[derive(Clone)]
struct Slot {
    name: Name,
    values: Vec<Formula>,
}

#[derive(Clone)]
enum Name {
    Known(String),
    /// A name that is not spoken of, of which these hold.
    Other(Vec<Formula>),
}

/// Names that are not spoken of and to which the same rules apply.
struct Cell {
    names: Vec<Formula>,
    values: Vec<Formula>,
}

/// The search for an object, property by property.
struct Search<'a> {
    asked: &'a Objects,
    cells: Option<Vec<Cell>>,
    unknown: bool,
}

impl Engine {
    /// An object of which all these assertions hold.
    pub(super) fn object(&mut self, asserted: &[Formula]) -> Outcome {
        let asked = self.asked_of_object(asserted);
        if asked.max.is_some_and(|max| max < asked.min) {
            return Outcome::Empty;
        }
        let mut search = Search { asked: &asked, cells: None, unknown: false };
        let mut slots = Vec::new();
        for (name, wanted) in &asked.required {
            let Some(mut values) = self.known_values(&mut search, name) else { return Outcome::Unknown };
            values.extend(wanted);
            if !self.possible(values.clone()) {
                return Outcome::Empty;
            }
            slots.push(Slot { name: Name::Known(name.clone()), values });
        }
        if asked.max.is_some_and(|max| max < slots.len() as u64) {
            return Outcome::Empty;
        }
        if let Some(value) = self.place(&mut search, 0, &slots) {
            return self.whole(value);
        }
        if search.unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    fn asked_of_object(&mut self, asserted: &[Formula]) -> Objects {
        let mut asked = Objects::default();
        for formula in asserted {
            let Node::Assertion(assertion) = self.node(*formula).clone() else { continue };
            match (assertion, formula.is_negated()) {
                (Assertion::MinProperties(count), false) => asked.min = asked.min.max(count),
                (Assertion::MinProperties(count), true) => lower(&mut asked.max, count.saturating_sub(1)),
                (Assertion::MaxProperties(count), false) => lower(&mut asked.max, count),
                (Assertion::MaxProperties(count), true) => asked.min = asked.min.max(count.saturating_add(1)),
                (Assertion::Required(name), negated) => {
                    asked.known.insert(name.to_string());
                    if negated {
                        asked.named.entry(name.to_string()).or_default().push(Formula::FALSE);
                    } else {
                        asked.required.entry(name.to_string()).or_default();
                    }
                }
                (Assertion::Properties { names, values }, negated) => {
                    self.spoken_of(names, &mut asked.known);
                    match self.node(names) {
                        Node::Values(listed) if negated && !names.is_negated() && listed.len() == 1 => {
                            for name in listed.iter().filter_map(name_of) {
                                asked.required.entry(name.to_owned()).or_default().push(values.negated());
                            }
                        }
                        _ if negated => asked.needed.push(Rule { names, values: values.negated() }),
                        Node::Values(listed) if !names.is_negated() => {
                            for name in listed.iter().filter_map(name_of) {
                                asked.named.entry(name.to_owned()).or_default().push(values);
                            }
                        }
                        _ => asked.open.push(Rule { names, values }),
                    }
                }
                _ => {}
            }
        }
        // Properties with fewer possible names first.
        asked
            .needed
            .sort_by_key(|rule| !matches!(self.node(rule.names), Node::Values(_)) || rule.names.is_negated());
        asked
    }

    /// The names that a formula lists, wherever it does.
    fn spoken_of(&self, formula: Formula, known: &mut BTreeSet<String>) {
        let mut open = vec![formula];
        while let Some(formula) = open.pop() {
            match self.node(formula) {
                Node::All(parts) | Node::NoTwo(parts) => open.extend_from_slice(parts),
                Node::Schema(number) => open.push(self.judge.body(*number)),
                Node::Values(listed) => known.extend(listed.iter().filter_map(name_of).map(str::to_owned)),
                _ => {}
            }
        }
    }

    /// Finds places for the properties that are needed, from `next` on.
    fn place(&mut self, search: &mut Search<'_>, next: usize, slots: &[Slot]) -> Option<Value> {
        if !self.step() {
            search.unknown = true;
            return None;
        }
        let found = self.within(|engine| engine.place_next(search, next, slots));
        search.unknown |= found.is_none();
        found?
    }

    fn place_next(&mut self, search: &mut Search<'_>, next: usize, slots: &[Slot]) -> Option<Value> {
        let Some(rule) = search.asked.needed.get(next).copied() else {
            return self.complete(search, slots);
        };
        // A property that is there already may be what is needed.
        for index in 0..slots.len() {
            let mut slot = slots[index].clone();
            if self.share(search, &mut slot, rule) {
                let mut slots = slots.to_vec();
                slots[index] = slot;
                let found = self.place(search, next + 1, &slots);
                if found.is_some() {
                    return found;
                }
            }
        }
        if search.asked.max.is_some_and(|max| slots.len() as u64 >= max) {
            return None;
        }
        for slot in self.new_slots(search, slots, rule) {
            let slots = [slots, &[slot]].concat();
            let found = self.place(search, next + 1, &slots);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Lets a property be what another rule needs; `false` if it cannot.
    fn share(&mut self, search: &mut Search<'_>, slot: &mut Slot, rule: Rule) -> bool {
        match &mut slot.name {
            Name::Known(name) => match self.judge.holds(rule.names, &Value::String(name.clone())) {
                Some(true) => {}
                Some(false) => return false,
                None => {
                    search.unknown = true;
                    return false;
                }
            },
            Name::Other(names) => {
                names.push(rule.names);
                let names = names.clone();
                if !self.possible(names) {
                    return false;
                }
            }
        }
        slot.values.push(rule.values);
        self.possible(slot.values.clone())
    }

    /// Whether there may be a value of which all these hold.
    fn possible(&mut self, set: Vec<Formula>) -> bool {
        !self.solve(set).is_empty()
    }

    /// A value of which all these hold; it is noted if it is not known whether there is one.
    fn spelled(&mut self, search: &mut Search<'_>, set: &[Formula]) -> Option<Value> {
        match self.solve(set.to_vec()) {
            Outcome::Found(value) => Some(value.as_ref().clone()),
            Outcome::Empty => None,
            Outcome::Unknown => {
                search.unknown = true;
                None
            }
        }
    }

    /// The properties that may be added for a rule.
    fn new_slots(&mut self, search: &mut Search<'_>, slots: &[Slot], rule: Rule) -> Vec<Slot> {
        let mut found = Vec::new();
        let listed = match self.node(rule.names) {
            Node::Values(listed) if !rule.names.is_negated() => Some(listed.clone()),
            _ => None,
        };
        let names: Vec<String> = match &listed {
            Some(listed) => listed.iter().filter_map(name_of).map(str::to_owned).collect(),
            None => search.asked.known.iter().cloned().collect(),
        };
        for name in names {
            if slots.iter().any(|slot| matches!(&slot.name, Name::Known(other) if *other == name)) {
                continue;
            }
            let Some(values) = self.known_values(search, &name) else { continue };
            let mut slot = Slot { name: Name::Known(name), values };
            if self.share(search, &mut slot, rule) {
                found.push(slot);
            }
        }
        if listed.is_some() {
            return found;
        }
        self.find_cells(search);
        let cells = search.cells.take().unwrap_or_default();
        for cell in &cells {
            let mut slot = Slot { name: Name::Other(cell.names.clone()), values: cell.values.clone() };
            if self.share(search, &mut slot, rule) {
                found.push(slot);
            }
        }
        search.cells = Some(cells);
        found
    }

    /// What holds of the property with this name.
    fn known_values(&mut self, search: &mut Search<'_>, name: &str) -> Option<Vec<Formula>> {
        let mut values = search.asked.named.get(name).cloned().unwrap_or_default();
        let text = Value::String(name.to_owned());
        for rule in &search.asked.open {
            match self.judge.holds(rule.names, &text) {
                Some(true) => values.push(rule.values),
                Some(false) => {}
                None => {
                    self.give_up("a pattern or a format cannot be tried");
                    search.unknown = true;
                    return None;
                }
            }
        }
        Some(values)
    }

    /// Sorts names that are not spoken of by the rules that apply to them.
    fn find_cells(&mut self, search: &mut Search<'_>) {
        if search.cells.is_some() {
            return;
        }
        let arena = &mut self.judge.arena;
        let strings = arena.kinds(Kind::String.bit());
        let others = arena.names(search.asked.known.iter().map(String::as_str)).negated();
        let mut cells = vec![Cell { names: vec![strings, others], values: Vec::new() }];
        for rule in &search.asked.open {
            let mut split = Vec::new();
            for cell in cells {
                for applies in [false, true] {
                    if !self.step() {
                        search.unknown = true;
                        continue;
                    }
                    let with = |set: &[Formula], more: Formula| [set, &[more]].concat();
                    let names = with(&cell.names, rule.names.negated_if(!applies));
                    let values = if applies { with(&cell.values, rule.values) } else { cell.values.clone() };
                    if self.possible(names.clone()) && self.possible(values.clone()) {
                        split.push(Cell { names, values });
                    }
                }
            }
            cells = split;
        }
        // Without rules there may still be no other names.
        cells.retain(|cell| self.possible(cell.names.clone()));
        search.cells = Some(cells);
    }

    /// The object, once all that is needed has its place: with other properties if there must be more.
    fn complete(&mut self, search: &mut Search<'_>, slots: &[Slot]) -> Option<Value> {
        let others = slots.iter().filter_map(|slot| match &slot.name {
            Name::Other(names) => Some(names.clone()),
            Name::Known(_) => None,
        });
        let mut names = match self.distinct(&others.collect::<Vec<_>>()) {
            Distinct::Found(names) => names.into_iter(),
            Distinct::Empty => return None,
            Distinct::Unknown => {
                search.unknown = true;
                return None;
            }
        };
        let mut members = BTreeMap::new();
        for slot in slots {
            let name = match &slot.name {
                Name::Known(name) => name.clone(),
                Name::Other(_) => name_of(names.next()?.as_ref())?.to_owned(),
            };
            members.insert(name, self.spelled(search, &slot.values)?);
        }
        self.fill(search, members)
    }

    /// Adds properties until there are enough.
    fn fill(&mut self, search: &mut Search<'_>, mut members: BTreeMap<String, Value>) -> Option<Value> {
        const MOST: u64 = 1_000;
        let least = search.asked.min;
        if members.len() as u64 >= least {
            return Some(Value::Object(members));
        }
        if least > MOST {
            self.give_up("an object would have to have very many properties");
            search.unknown = true;
            return None;
        }
        for name in &search.asked.known {
            if members.len() as u64 >= least || members.contains_key(name) {
                continue;
            }
            let Some(values) = self.known_values(search, name) else { continue };
            if let Some(value) = self.spelled(search, &values) {
                members.insert(name.clone(), value);
            }
        }
        if (members.len() as u64) < least {
            self.find_cells(search);
        }
        let cells = search.cells.take().unwrap_or_default();
        for cell in &cells {
            let missing = usize::try_from(least).unwrap_or(usize::MAX).saturating_sub(members.len());
            let used = self.judge.arena.names(members.keys().map(String::as_str)).negated();
            let (names, complete) = self.several(&[cell.names.as_slice(), &[used]].concat(), missing);
            search.unknown |= names.len() < missing && !complete;
            let Some(value) = self.spelled(search, &cell.values) else { continue };
            let names = names.iter().filter_map(|name| name_of(name));
            members.extend(names.map(|name| (name.to_owned(), value.clone())));
        }
        search.cells = Some(cells);
        (members.len() as u64 >= least).then_some(Value::Object(members))
    }
}

fn name_of(value: &Value) -> Option<&str> {
    if let Value::String(name) = value { Some(name) } else { None }
}
