//! Numbers: bounds, divisors, and single numbers that are excluded.

use super::engine::Outcome;
use super::formula::Assertion;
use super::value::{Spelling, Value, decimal};
use num::{BigInt, BigRational, Integer as _, One as _, ToPrimitive as _, Zero as _};
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

    /// A number that can be written so that whoever reads it with usual means gets the same; if there is only another
    /// one, that.
    fn first_right(&self, candidates: impl Iterator<Item = BigRational>) -> Option<BigRational> {
        let mut other = None;
        for number in candidates.filter(|number| self.is_right(number)) {
            if is_writable(&number) {
                return Some(number);
            }
            other.get_or_insert(number);
        }
        other
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
        const LONGEST: usize = 4200;
        if first.zip(last).is_some_and(|(first, last)| first > last) {
            return Outcome::Empty;
        }
        let inside = |k: &BigInt| first.is_none_or(|first| k >= first) && last.is_none_or(|last| k <= last);
        let zero = BigInt::zero();
        // From the end that is nearer to zero, which reads best; from zero both ways.
        let (start, steps): (&BigInt, &[i8]) = match (first, last) {
            (Some(first), _) if *first >= zero => (first, &[1]),
            (_, Some(last)) if *last <= zero => (last, &[-1]),
            _ => (&zero, &[1, -1]),
        };
        let most = LONGEST.saturating_add(self.excluded.len());
        let whole = first.zip(last).is_some_and(|(first, last)| last - first < BigInt::from(most));
        let period = &periods.iter().fold(BigInt::one(), |one, other| one.lcm(other));
        let numbers = steps.iter().flat_map(|&step| {
            let near = std::iter::successors(Some(start.clone()), move |k| Some(k + step));
            // Next to a multiple of all periods there is none of any.
            let end = (start + BigInt::from(most) * step).div_floor(period) * period + 1;
            let far = std::iter::successors(Some(end), move |k| Some(k + period * step));
            near.take_while(inside).take(most).chain(far.take_while(inside).take(most))
        });
        match self.first_right(numbers.map(|k| BigRational::from(k) * divisor)) {
            Some(number) => self.found(number),
            None if whole => Outcome::Empty,
            None => Outcome::Unknown,
        }
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
        let half = BigRational::new(BigInt::one(), BigInt::from(2));
        let plain = [zero, low.ceil(), high.floor(), low.clone(), high.clone(), high.floor() - half];
        // Decimals between the two, with more and more digits.
        let few = self.excluded.len() + 16;
        let decimals = (0..DIGITS).flat_map(|digits| {
            let unit = BigRational::from(BigInt::from(10).pow(digits)).recip();
            let first = (&low / &unit).floor().to_integer();
            (0..few).map(move |offset| BigRational::from(&first + BigInt::from(offset)) * &unit)
        });
        let found = self.first_right(plain.into_iter().chain(decimals));
        found.map_or(Outcome::Unknown, |number| self.found(number))
    }
}

/// Whether the number is exactly what its shortest way of writing a double, or a 64-bit integer, says.
fn is_writable(number: &BigRational) -> bool {
    let is_short = number.is_integer() && number.to_integer().bits() < 64;
    let double = || number.to_f64().filter(|double| double.is_finite());
    is_short || double().is_some_and(|double| decimal(&format!("{double:e}")).as_ref() == Some(number))
}
