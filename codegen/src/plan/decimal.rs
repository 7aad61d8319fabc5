//! Numbers as they are written: compared and divided without rounding, whatever their exponents.

use std::cmp::Ordering;

/// The number 0.DIGITS × 10^point, where the digits neither begin nor end with a zero; zero has none.
struct Decimal<'a> {
    negative: bool,
    /// The digits are the bytes of both parts from `leading` on, `length` of them.
    whole: &'a str,
    fraction: &'a str,
    leading: usize,
    length: usize,
    point: i128,
}

impl<'a> Decimal<'a> {
    /// The number that `text` writes, by the grammar of JSON. An exponent beyond 38 digits counts as the largest or
    /// smallest that has so many.
    fn of(text: &'a str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let written = || whole.bytes().chain(fraction.bytes());
        let leading = written().take_while(|&byte| byte == b'0').count();
        let trailing = written().rev().take_while(|&byte| byte == b'0').count();
        let length = (whole.len() + fraction.len()).saturating_sub(leading + trailing);
        let limit = if exponent.starts_with('-') { i128::MIN } else { i128::MAX };
        let exponent = exponent.parse().unwrap_or(limit);
        let point = exponent.saturating_add(wide(whole.len())).saturating_sub(wide(leading));
        Self { negative: negative && length > 0, whole, fraction, leading, length, point }
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        let written = self.whole.bytes().chain(self.fraction.bytes());
        written.skip(self.leading).take(self.length).map(|byte| byte & 0xf)
    }

    fn is_zero(&self) -> bool {
        self.length == 0
    }

    /// The exponent of the last digit: the number is the integer DIGITS times this power of ten.
    fn exponent(&self) -> i128 {
        self.point.saturating_sub(wide(self.length))
    }

    /// The order without the signs.
    fn compare_magnitude(&self, other: &Decimal<'_>) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (false, false) => self.point.cmp(&other.point).then_with(|| self.digits().cmp(other.digits())),
            (one, other) => other.cmp(&one),
        }
    }
}

/// A length as a signed number of 128 bits, which is wider than any address.
fn wide(length: usize) -> i128 {
    i128::try_from(length).unwrap_or(i128::MAX)
}

/// The order of two numbers.
#[must_use]
pub fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (Decimal::of(one), Decimal::of(other));
    match (one.negative, other.negative) {
        (false, false) => one.compare_magnitude(&other),
        (true, true) => other.compare_magnitude(&one),
        (one, other) => other.cmp(&one),
    }
}

/// Whether the number has no fraction: `1.0` and `1e2` have none.
#[must_use]
pub fn is_integer(number: &str) -> bool {
    let number = Decimal::of(number);
    number.is_zero() || number.exponent() >= 0
}

/// Whether `number` divided by `divisor` is an integer. Of zero only zero is a multiple.
#[must_use]
pub fn is_multiple_of(number: &str, divisor: &str) -> bool {
    let (number, divisor) = (Decimal::of(number), Decimal::of(divisor));
    if number.is_zero() || divisor.is_zero() {
        return number.is_zero();
    }
    // The last digit of the number is not zero: ten does not divide its digits.
    let Ok(zeros) = u128::try_from(number.exponent().saturating_sub(divisor.exponent())) else {
        return false;
    };
    // Of the zeros that follow the digits, only as many matter as the divisor has factors two or five, and these are
    // fewer than four for each of its digits.
    let zeros = usize::try_from(zeros).unwrap_or(usize::MAX).min(divisor.length.saturating_mul(4));
    divides(&divisor, number.digits().chain(std::iter::repeat_n(0, zeros)))
}

/// Whether the digits of `divisor`, as an integer, divide the one that `digits` writes: long division, of which only
/// the remainder is kept.
fn divides(divisor: &Decimal<'_>, digits: impl Iterator<Item = u8>) -> bool {
    // A number of 37 digits times ten fits.
    if divisor.length <= 37 {
        let divisor = divisor.digits().fold(0, |value, digit| value * 10 + u128::from(digit));
        return digits.fold(0, |rest, digit| (rest * 10 + u128::from(digit)) % divisor) == 0;
    }
    let mut written = vec![0];
    written.extend(divisor.digits());
    let mut rest = vec![0; written.len()];
    for digit in digits {
        // The remainder is less than the divisor: its first digit is a zero.
        rest.rotate_left(1);
        if let Some(last) = rest.last_mut() {
            *last = digit;
        }
        while rest >= written {
            subtract(&mut rest, &written);
        }
    }
    rest.iter().all(|&digit| digit == 0)
}

/// Takes one number, not the larger, from another of as many digits.
fn subtract(from: &mut [u8], number: &[u8]) {
    let mut borrowed = 0;
    for (digit, less) in from.iter_mut().zip(number).rev() {
        let less = less + borrowed;
        borrowed = u8::from(*digit < less);
        *digit = *digit + 10 * borrowed - less;
    }
}
