//! What narrows values beyond their shape: bounds, lengths, patterns.

use super::{At, Bare, Diff};
use crate::model::plan::{Check, PlanId};
use crate::model::{Argument, Protocol, Shape};
use crate::text::value::raw;
use std::cmp::Ordering;
use std::collections::HashSet;

/// Counts: the keyword; whether it is a least or a greatest one; the rules for a narrower and a wider one.
const COUNTS: [(&str, bool, [&str; 2]); 6] = [
    ("minLength", true, ["STR-001", "STR-002"]),
    ("maxLength", false, ["STR-003", "STR-004"]),
    ("minItems", true, ["ARR-001", "ARR-002"]),
    ("maxItems", false, ["ARR-003", "ARR-004"]),
    ("minProperties", true, ["MAP-007", "MAP-008"]),
    ("maxProperties", false, ["MAP-009", "MAP-010"]),
];

/// Keywords of which there is one or there is none: the rules for one more and for one less.
const CHECKS: [(&str, [&str; 2]); 8] = [
    ("dependentRequired", ["FLD-023", "FLD-024"]),
    ("dependentSchemas", ["FLD-025", "FLD-026"]),
    ("if", ["FLD-025", "FLD-026"]),
    ("uniqueItems", ["ARR-005", "ARR-006"]),
    ("contains", ["ARR-013", "ARR-014"]),
    ("propertyNames", ["MAP-003", "MAP-004"]),
    ("patternProperties", ["MAP-005", "MAP-006"]),
    ("not", ["UNI-016", "UNI-017"]),
];

/// What narrows a value: keywords with their arguments, and how often other keywords do.
#[derive(Default)]
struct Limits {
    /// Counts, bounds and patterns, as they are written.
    arguments: Vec<(&'static str, String)>,
    /// Keywords of [`CHECKS`].
    checks: Vec<&'static str>,
    /// The bounds that the type of an integer has.
    integer: [Option<i128>; 2],
}

/// A bound of a number.
#[derive(Debug, Clone)]
struct Bound {
    value: f64,
    exclusive: bool,
    shown: String,
}

impl<'a> Diff<'a> {
    pub(super) fn limits(&mut self, old: &Bare<'a>, new: &Bare<'a>, at: &At) {
        let is_number =
            |bare: &Bare<'_>| matches!(bare.shape, Shape::Integer { .. } | Shape::BigInteger | Shape::Number);
        let numbers = is_number(old) && is_number(new);
        let (old, new) = (Limits::of(self.old, old), Limits::of(self.new, new));
        for (keyword, least, rules) in COUNTS {
            self.count(keyword, least, rules, [old.count(keyword), new.count(keyword)], at);
        }
        if numbers {
            self.bounds(&old, &new, at);
        }
        let patterns = ["STR-005", "STR-006", "STR-007"];
        self.texts(patterns, [old.texts("pattern"), new.texts("pattern")], at);
        let multiples = ["NUM-007", "NUM-008", "NUM-009"];
        self.texts(multiples, [old.texts("multipleOf"), new.texts("multipleOf")], at);
        for (keyword, rules) in CHECKS {
            let [one, other] = [&old, &new].map(|of| of.checks.iter().filter(|has| **has == keyword).count());
            if one != other {
                let shown = |there: usize| (there > 0).then(|| keyword.to_owned());
                self.tell_either(other > one, rules, at, [shown(one), shown(other)]);
            }
        }
    }

    fn count(&mut self, keyword: &str, least: bool, rules: [&str; 2], counts: [Option<u64>; 2], at: &At) {
        let narrower = match counts {
            [one, other] if one == other => return,
            [Some(one), Some(other)] => (other > one) == least,
            [one, _] => one.is_none(),
        };
        let shown = counts.map(|count| count.map(|count| format!("{keyword} {count}")));
        self.tell_either(narrower, rules, at, shown);
    }

    fn bounds(&mut self, old: &Limits, new: &Limits, at: &At) {
        for (least, rules) in [(true, ["NUM-001", "NUM-002"]), (false, ["NUM-003", "NUM-004"])] {
            let (one, other) = (old.bound(least), new.bound(least));
            let (narrower, rules) = match (&one, &other) {
                (None, None) => continue,
                (Some(one), Some(other)) => match (one.value.total_cmp(&other.value), other.exclusive) {
                    (Ordering::Equal, exclusive) if exclusive == one.exclusive => continue,
                    (Ordering::Equal, exclusive) => (exclusive, ["NUM-005", "NUM-006"]),
                    (ordering, _) => ((ordering == Ordering::Less) == least, rules),
                },
                (one, _) => (one.is_none(), rules),
            };
            let values = [one, other].map(|bound| bound.map(|bound| bound.shown));
            self.tell_either(narrower, rules, at, values);
        }
    }

    /// Texts of which one is added, gone, or another one.
    fn texts(&mut self, [added, gone, other]: [&str; 3], texts: [Vec<&str>; 2], at: &At) {
        let rule = match &texts {
            [before, after] if before == after => return,
            [before, _] if before.is_empty() => added,
            [_, after] if after.is_empty() => gone,
            _ => other,
        };
        let [before, after] = texts.map(|texts| (!texts.is_empty()).then(|| texts.join(" and ")));
        self.tell(rule, at, before, after);
    }
}

impl Bare<'_> {
    /// Whether values are checked beyond what a type carries.
    pub(super) fn is_checked(&self) -> bool {
        self.constraints.iter().any(|constraint| matches!(constraint.argument, Argument::Plan(_)))
    }
}

impl Limits {
    fn of(protocol: &Protocol, bare: &Bare<'_>) -> Self {
        let mut limits = Self::default();
        if let Shape::Integer { min, max } = bare.shape {
            // The bounds of 64 bits are the type's own.
            let natural = [i128::from(i64::MIN), i128::from(i64::MAX)];
            limits.integer =
                [Some(*min).filter(|min| *min != natural[0]), Some(*max).filter(|max| *max != natural[1])];
        }
        let mut seen = HashSet::new();
        for constraint in &bare.constraints {
            let shown = match &constraint.argument {
                Argument::Count(count) => count.to_string(),
                Argument::Bound(bound) => bound.to_string(),
                Argument::Pattern(pattern) => raw(pattern).to_owned(),
                Argument::Plan(entry) => {
                    limits.entry(protocol, *entry, &mut seen);
                    continue;
                }
            };
            limits.arguments.push((constraint.keyword, shown));
        }
        limits.arguments.sort();
        limits.arguments.dedup();
        limits
    }

    /// What a part of the check plan says of the value itself.
    fn entry(&mut self, protocol: &Protocol, entry: PlanId, seen: &mut HashSet<PlanId>) {
        let mut open = vec![entry];
        while let Some(next) = open.pop().filter(|next| seen.insert(*next)) {
            for check in &protocol.plan.get(next).checks {
                match check {
                    Check::Bound(keyword, text) => self.arguments.push((keyword, raw(text).to_owned())),
                    Check::Count(keyword, count) => self.arguments.push((keyword, count.to_string())),
                    Check::Pattern(pattern) => self.arguments.push(("pattern", raw(pattern).to_owned())),
                    Check::Reference(target) => open.push(*target),
                    Check::AllOf(parts) => open.extend(parts),
                    other => self.checks.extend(name(other)),
                }
            }
        }
    }

    fn texts(&self, keyword: &str) -> Vec<&str> {
        self.arguments.iter().filter(|(name, _)| *name == keyword).map(|(_, text)| text.as_str()).collect()
    }

    /// The argument of a count; the strictest, if several schemas have one.
    fn count(&self, keyword: &str) -> Option<u64> {
        let counts = self.texts(keyword).into_iter().filter_map(|text| text.parse().ok());
        if keyword.starts_with("min") { counts.max().filter(|count| *count > 0) } else { counts.min() }
    }

    /// The strictest bound.
    fn bound(&self, least: bool) -> Option<Bound> {
        let keywords = if least { ["minimum", "exclusiveMinimum"] } else { ["maximum", "exclusiveMaximum"] };
        let own = self.integer[usize::from(!least)].map(|bound| bound.to_string());
        let written = keywords.into_iter().zip([false, true]).flat_map(|(keyword, exclusive)| {
            self.texts(keyword).into_iter().map(move |text| (text.to_owned(), exclusive))
        });
        let bounds =
            own.map(|own| (own, false)).into_iter().chain(written).filter_map(|(text, exclusive)| {
                let shown = if exclusive { format!("{text}, excluded") } else { text.clone() };
                Some(Bound { value: text.parse().ok()?, exclusive, shown })
            });
        bounds.max_by(|one, other| {
            let by_value = one.value.total_cmp(&other.value);
            let by_value = if least { by_value } else { by_value.reverse() };
            by_value.then(one.exclusive.cmp(&other.exclusive))
        })
    }
}

/// The keyword that a check stands for, of those that rules know.
const fn name(check: &Check) -> Option<&'static str> {
    match check {
        Check::DependentRequired(_) => Some("dependentRequired"),
        Check::DependentSchemas(_) => Some("dependentSchemas"),
        Check::If(..) => Some("if"),
        Check::UniqueItems => Some("uniqueItems"),
        Check::Contains(..) => Some("contains"),
        Check::PropertyNames(_) => Some("propertyNames"),
        Check::Not(_) => Some("not"),
        Check::Properties { patterns, .. } if !patterns.is_empty() => Some("patternProperties"),
        _ => None,
    }
}
