//! One value each, and no two the same.

use super::engine::Engine;
use super::formula::Formula;
use super::value::Value;
use std::collections::HashMap;
use std::rc::Rc;

/// Values for some places, or why there are none.
pub(super) enum Distinct {
    /// One for each place, in order.
    Found(Vec<Rc<Value>>),
    /// There are not enough.
    Empty,
    /// It was given up.
    Unknown,
}

impl Engine {
    /// A value for each place, so that no two are the same: a place has only so many candidates as there are places, so
    /// this is a matching of places and candidates.
    pub(super) fn distinct(&mut self, places: &[Vec<Formula>]) -> Distinct {
        let mut unknown = false;
        let mut candidates = Vec::new();
        for set in places {
            let (values, complete) = self.several(set, places.len());
            unknown |= values.len() < places.len() && !complete;
            candidates.push(values);
        }
        let mut taken: HashMap<&Value, usize> = HashMap::new();
        for place in 0..places.len() {
            let mut tried = Vec::new();
            if !assign(place, &candidates, &mut taken, &mut tried) {
                return if unknown { Distinct::Unknown } else { Distinct::Empty };
            }
        }
        let by_place: HashMap<usize, &Value> =
            taken.into_iter().map(|(value, place)| (place, value)).collect();
        let value = |place: usize| by_place.get(&place).map(|value| Rc::new((*value).clone()));
        (0..places.len()).map(value).collect::<Option<_>>().map_or(Distinct::Unknown, Distinct::Found)
    }
}

/// Gives a place a candidate of its own, moving others where that helps (Kuhn's algorithm).
fn assign<'c>(
    place: usize,
    candidates: &'c [Vec<Rc<Value>>],
    taken: &mut HashMap<&'c Value, usize>,
    tried: &mut Vec<&'c Value>,
) -> bool {
    for value in candidates.get(place).into_iter().flatten().map(AsRef::as_ref) {
        if tried.contains(&value) {
            continue;
        }
        tried.push(value);
        let free = match taken.get(value).copied() {
            None => true,
            Some(other) => assign(other, candidates, taken, tried),
        };
        if free {
            taken.insert(value, place);
            return true;
        }
    }
    false
}
