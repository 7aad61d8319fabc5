//! Numbers: bounds, divisors, and single numbers that are excluded.

use super::engine::Outcome;
use super::formula::Assertion;
use super::value::{Spelling, Value};
use num::{BigInt, BigRational, Integer as _, One as _, Signed as _, ToPrimitive as _, Zero as _};
use std::collections::HashSet;

/// What is asked of a number.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    lower: Option<(BigRational, bool)>,
    upper: Option<(BigRational, bool)>,
    /// It is a multiple of this.
    divisor: Option<BigRational>,
    /// It is no multiple of any of these.
    indivisible: Vec<BigRational>,
    excluded: HashSet<BigRational>,
    /// Whether it is an integer that is written without a fraction.
    plain: Option<bool>,
    /// Two things were asked that exclude each other.
    contradictory: bool,
}

impl Numbers {
    /// Asks for one thing more.
    pub(super) fn ask(&mut self, assertion: &Assertion, negated: bool) {
        match assertion {
            Assertion::Minimum { bound, exclusive } if negated => self.at_most(bound, !exclusive),
            Assertion::Minimum { bound, exclusive } => self.at_least(bound, *exclusive),
            Assertion::Maximum { bound, exclusive } if negated => self.at_least(bound, !exclusive),
            Assertion::Maximum { bound, exclusive } => self.at_most(bound, *exclusive),
            Assertion::MultipleOf(divisor) if negated => self.indivisible.push(divisor.clone()),
            Assertion::MultipleOf(divisor) => self.divisible(divisor),
            Assertion::PlainInteger => {
                self.contradictory |= self.plain == Some(negated);
                self.plain = Some(!negated);
                if !negated {
                    self.divisible(&BigRational::one());
                }
            }
            _ => {}
        }
    }

    /// It is none of these.
    pub(super) fn exclude(&mut self, values: &[Value]) {
        let numbers = values.iter().filter_map(|value| match value {
            Value::Number(number, _) => Some(number.clone()),
            _ => None,
        });
        self.excluded.extend(numbers);
    }

    fn at_least(&mut self, bound: &BigRational, exclusive: bool) {
        let bound = (bound.clone(), exclusive);
        if self.lower.as_ref().is_none_or(|lower| *lower < bound) {
            self.lower = Some(bound);
        }
    }

    fn at_most(&mut self, bound: &BigRational, exclusive: bool) {
        let tighter = |upper: &(BigRational, bool)| (bound, !exclusive) < (&upper.0, !upper.1);
        if self.upper.as_ref().is_none_or(tighter) {
            self.upper = Some((bound.clone(), exclusive));
        }
    }

    /// Multiples of both are those of the least common one.
    fn divisible(&mut self, divisor: &BigRational) {
        self.divisor = Some(match &self.divisor {
            None => divisor.clone(),
            Some(other) => BigRational::new(
                (other.numer() * divisor.denom()).lcm(&(divisor.numer() * other.denom())),
                other.denom() * divisor.denom(),
            ),
        });
    }

    /// A number that is as asked for.
    pub(super) fn find(&self) -> Outcome {
        if self.contradictory {
            return Outcome::Empty;
        }
        match &self.divisor {
            Some(divisor) => self.multiple(divisor),
            None => self.any(),
        }
    }

    fn within(&self, number: &BigRational) -> bool {
        let above =
            |(bound, exclusive): &(BigRational, bool)| number > bound || (number == bound && !exclusive);
        let below =
            |(bound, exclusive): &(BigRational, bool)| number < bound || (number == bound && !exclusive);
        self.lower.as_ref().is_none_or(above) && self.upper.as_ref().is_none_or(below)
    }

    fn is_right(&self, number: &BigRational) -> bool {
        let is_multiple = |divisor: &BigRational| (number / divisor).is_integer();
        self.within(number)
            && !self.excluded.contains(number)
            && self.divisor.as_ref().is_none_or(is_multiple)
            && !self.indivisible.iter().any(is_multiple)
    }

    fn found(&self, number: BigRational) -> Outcome {
        Outcome::found(Value::Number(number, Spelling { fraction: self.plain == Some(false) }))
    }

    /// Among the multiples of a number.
    fn multiple(&self, divisor: &BigRational) -> Outcome {
        // A multiple is this times an integer k. It is one of another divisor, too, where k is one of a period.
        let period = |other: &BigRational| (divisor / other).denom().clone();
        let periods: Vec<BigInt> = self.indivisible.iter().map(period).collect();
        if periods.iter().any(num::One::is_one) {
            return Outcome::Empty;
        }
        let first = self.lower.as_ref().map(|(bound, exclusive)| {
            let first = (bound / divisor).ceil().to_integer();
            if *exclusive && BigRational::from(first.clone()) * divisor == *bound { first + 1 } else { first }
        });
        let last = self.upper.as_ref().map(|(bound, exclusive)| {
            let last = (bound / divisor).floor().to_integer();
            if *exclusive && BigRational::from(last.clone()) * divisor == *bound { last - 1 } else { last }
        });
        self.scan(divisor, first.as_ref(), last.as_ref(), &periods)
    }

    fn scan(
        &self,
        divisor: &BigRational,
        first: Option<&BigInt>,
        last: Option<&BigInt>,
        periods: &[BigInt],
    ) -> Outcome {
        const LONGEST: usize = 4096;
        let excluded = self.excluded.len();
        let fits = |k: &BigInt| {
            let number = BigRational::from(k.clone()) * divisor;
            self.is_right(&number).then(|| self.found(number))
        };
        // From the end that is nearer to zero, which reads best.
        let (mut k, step) = match (first, last) {
            (Some(first), Some(last)) if first > last => return Outcome::Empty,
            (Some(first), _) if !first.is_negative() => (first.clone(), 1),
            (_, Some(last)) if !last.is_positive() => (last.clone(), -1),
            // Zero is among them, and may be excluded: then on to the side that is longer.
            (_, None) => (BigInt::zero(), 1),
            (None, Some(_)) => (BigInt::zero(), -1),
            (Some(first), Some(_)) => {
                let zero = fits(&BigInt::zero()).or_else(|| fits(&BigInt::one()));
                if let Some(found) = zero {
                    return found;
                }
                (first.clone(), 1)
            }
        };
        let inside = |k: &BigInt| first.is_none_or(|first| k >= first) && last.is_none_or(|last| k <= last);
        for _ in 0..LONGEST.saturating_add(excluded) {
            if !inside(&k) {
                return Outcome::Empty;
            }
            if let Some(found) = fits(&k) {
                return found;
            }
            k += step;
        }
        // Next to a multiple of all periods there is none of any.
        let together = periods.iter().fold(BigInt::one(), |one, other| one.lcm(other));
        for _ in 0..=excluded {
            let beside = k.div_floor(&together) * &together + 1;
            if inside(&beside)
                && let Some(found) = fits(&beside)
            {
                return found;
            }
            k += &together * step;
        }
        Outcome::Unknown
    }

    /// Among all numbers: where there is more than one there are more than can be excluded one by one.
    fn any(&self) -> Outcome {
        const DIGITS: u32 = 330;
        let one = BigRational::one();
        let (low, high) = match (&self.lower, &self.upper) {
            (Some((low, _)), Some((high, _))) if low >= high => {
                let point = low == high && self.is_right(low);
                return if point { self.found(low.clone()) } else { Outcome::Empty };
            }
            (Some((low, _)), Some((high, _))) => (low.clone(), high.clone()),
            (Some((low, _)), None) => (low.clone(), low + &one + &one),
            (None, Some((high, _))) => (high - &one - &one, high.clone()),
            (None, None) => (-one.clone(), one),
        };
        let zero = BigRational::zero();
        let plain = [zero, low.ceil(), high.floor(), low.clone(), high.clone()];
        if let Some(number) = plain.into_iter().find(|number| self.is_right(number)) {
            return self.found(number);
        }
        // Decimals between the two, with more and more digits: of each length there are more than of the one before.
        for digits in 0..DIGITS {
            let unit = BigRational::from(BigInt::from(10).pow(digits)).recip();
            let first = (&low / &unit).floor().to_integer();
            let enough = self.excluded.len() + 3;
            let few = 16_usize.max(enough).to_i64().unwrap_or(i64::MAX).min(2000);
            for offset in 0..few {
                let number = BigRational::from(&first + BigInt::from(offset)) * &unit;
                if number > high {
                    break;
                }
                if self.is_right(&number) {
                    return self.found(number);
                }
            }
        }
        Outcome::Unknown
    }
}
