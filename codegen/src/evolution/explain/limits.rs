//! What narrows values beyond their shape: bounds, lengths, patterns.

use super::{At, Bare, Diff, words};
use crate::model::plan::Check;
use crate::model::{Argument, Protocol, Shape};

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
const CHECKS: [(&str, [&str; 2]); 9] = [
    ("dependentRequired", ["FLD-023", "FLD-024"]),
    ("dependentSchemas", ["FLD-025", "FLD-026"]),
    ("if", ["FLD-025", "FLD-026"]),
    ("uniqueItems", ["ARR-005", "ARR-006"]),
    ("contains", ["ARR-013", "ARR-014"]),
    ("propertyNames", ["MAP-003", "MAP-004"]),
    ("patternProperties", ["MAP-005", "MAP-006"]),
    ("not", ["UNI-016", "UNI-017"]),
    ("multipleOf", ["NUM-007", "NUM-008"]),
];

/// A bound of a number.
#[derive(Debug, Clone, PartialEq)]
struct Bound {
    value: f64,
    exclusive: bool,
    shown: String,
}

impl<'a> Diff<'a> {
    pub(super) fn limits(&mut self, old: &Bare<'a>, new: &Bare<'a>, at: &At) {
        for (keyword, least, rules) in COUNTS {
            let (one, other) = (old.count(keyword), new.count(keyword));
            if one != other {
                let narrower = match (one, other) {
                    (Some(one), Some(other)) => (other > one) == least,
                    (one, _) => one.is_none(),
                };
                let shown = |count: Option<u64>| count.map(|count| format!("{keyword} {count}"));
                self.tell_either(narrower, rules, at, [shown(one), shown(other)]);
            }
        }
        self.bounds(old, new, at);
        self.patterns(old, new, at);
        for (keyword, rules) in CHECKS {
            let (one, other) = (old.checks(self.old, keyword), new.checks(self.new, keyword));
            if one != other {
                let shown = |there: usize| (there > 0).then(|| keyword.to_owned());
                self.tell_either(other > one, rules, at, [shown(one), shown(other)]);
            }
        }
    }

    fn bounds(&mut self, old: &Bare<'a>, new: &Bare<'a>, at: &At) {
        let is_number =
            |bare: &Bare<'_>| matches!(bare.shape, Shape::Integer { .. } | Shape::BigInteger | Shape::Number);
        if !is_number(old) || !is_number(new) {
            return;
        }
        for (least, rules) in [(true, ["NUM-001", "NUM-002"]), (false, ["NUM-003", "NUM-004"])] {
            let (one, other) = (old.bound(least), new.bound(least));
            let (narrower, same) = match (&one, &other) {
                (None, None) => continue,
                (Some(one), Some(other)) if one.value == other.value => {
                    if one.exclusive == other.exclusive {
                        continue;
                    }
                    (other.exclusive, true)
                }
                (Some(one), Some(other)) => ((other.value > one.value) == least, false),
                (one, _) => (one.is_none(), false),
            };
            let rules = if same { ["NUM-005", "NUM-006"] } else { rules };
            let values = [one, other].map(|bound| bound.map(|bound| bound.shown));
            self.tell_either(narrower, rules, at, values);
        }
    }

    fn patterns(&mut self, old: &Bare<'a>, new: &Bare<'a>, at: &At) {
        let (one, other) = (old.patterns(), new.patterns());
        if one == other {
            return;
        }
        let shown = |patterns: &[String]| (!patterns.is_empty()).then(|| patterns.join(" and "));
        let rule = match (one.is_empty(), other.is_empty()) {
            (true, _) => "STR-005",
            (_, true) => "STR-006",
            _ => "STR-007",
        };
        self.tell(rule, at, shown(&one), shown(&other));
    }
}

impl Bare<'_> {
    /// The argument of a count; the strictest, if several schemas have one.
    fn count(&self, keyword: &str) -> Option<u64> {
        let counts = self.constraints.iter().filter(|constraint| constraint.keyword == keyword);
        let mut counts = counts.filter_map(|constraint| match constraint.argument {
            Argument::Count(count) => Some(count),
            _ => None,
        });
        let first = counts.next()?;
        let strictest = if keyword.starts_with("min") { u64::max } else { u64::min };
        Some(counts.fold(first, strictest)).filter(|count| *count > 0 || keyword.starts_with("max"))
    }

    fn patterns(&self) -> Vec<String> {
        let patterns = self.constraints.iter().filter(|constraint| constraint.keyword == "pattern");
        let mut patterns: Vec<String> =
            patterns.map(|constraint| words::argument(&constraint.argument)).collect();
        patterns.sort();
        patterns.dedup();
        patterns
    }

    /// The strictest bound.
    #[allow(clippy::cast_precision_loss)] // bounds beyond 2^53 are shown as they are
    fn bound(&self, least: bool) -> Option<Bound> {
        let mut bounds = Vec::new();
        if let Shape::Integer { min, max } = self.shape {
            let bound = if least { *min } else { *max };
            let natural = if least { i128::from(i64::MIN) } else { i128::from(i64::MAX) };
            let shown = bound.to_string();
            bounds.extend((bound != natural).then(|| Bound { value: bound as f64, exclusive: false, shown }));
        }
        for constraint in &self.constraints {
            let exclusive = match (constraint.keyword, least) {
                ("minimum", true) | ("maximum", false) => false,
                ("exclusiveMinimum", true) | ("exclusiveMaximum", false) => true,
                _ => continue,
            };
            if let Argument::Bound(value) = constraint.argument {
                let shown = if exclusive { format!("{value}, excluded") } else { value.to_string() };
                bounds.push(Bound { value, exclusive, shown });
            }
        }
        let stricter = |one: &Bound, other: &Bound| {
            let by_value =
                if least { one.value.total_cmp(&other.value) } else { other.value.total_cmp(&one.value) };
            by_value.then(one.exclusive.cmp(&other.exclusive))
        };
        bounds.into_iter().max_by(stricter)
    }

    /// How many checks of a kind there are, where they are not carried by the type.
    fn checks(&self, protocol: &Protocol, keyword: &str) -> usize {
        let mut count = 0;
        for constraint in &self.constraints {
            match constraint.argument {
                Argument::Plan(entry) => {
                    let checks = &protocol.plan.get(entry).checks;
                    count += checks.iter().filter(|check| name(check) == Some(keyword)).count();
                }
                _ => count += usize::from(constraint.keyword == keyword),
            }
        }
        count
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
