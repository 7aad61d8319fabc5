//! Decimals: compared and divided without rounding.

use framelock_codegen::plan::decimal::{compare, is_integer, is_multiple_of};
use proptest::prelude::*;
use std::cmp::Ordering;
use std::time::{Duration, Instant};

#[test]
fn the_order_is_that_of_the_numbers() {
    // Each line is less than the next; those in a line are equal.
    let ascending: &[&[&str]] = &[
        &["-1e99999999999999999999"],
        &["-1e400", "-10E399"],
        &["-12345678910111213141517"],
        &["-12345678910111213141516", "-1.2345678910111213141516e22"],
        &["-1.10", "-1.1", "-11e-1"],
        &["-1", "-1.0", "-0.1e1"],
        &["-1E-400"],
        &["0", "-0", "0.000", "-0e5", "0e-99999999999999999999999999999999999999999999"],
        &["1E-99999999999999999999"],
        &["1E-400", "0.1e-399"],
        &["0.1", "1e-1", "0.10"],
        &["0.11"],
        &["0.2"],
        &["1", "1.0", "1e0", "10e-1"],
        &["9007199254740992", "9007199254740992.0"],
        &["9007199254740993"],
        &["1e400", "100e398"],
        &["1.0000000000000000000000000000000000000000001e400"],
    ];
    for (rank, row) in ascending.iter().enumerate() {
        for (other_rank, other_row) in ascending.iter().enumerate() {
            for one in *row {
                for other in *other_row {
                    assert_eq!(compare(one, other), rank.cmp(&other_rank), "{one} {other}");
                }
            }
        }
    }
}

#[test]
fn integers_have_no_fraction_however_they_are_written() {
    for text in ["0", "-0.0", "0e-5", "1.0", "1e2", "10e-1", "1.50e1", "1e400", "12300e-2"] {
        assert!(is_integer(text), "{text}");
    }
    for text in ["0.5", "1e-1", "1.5", "-12.000000000000000000000000000000001", "1e-999999999"] {
        assert!(!is_integer(text), "{text}");
    }
}

#[test]
fn division_is_exact() {
    let long = "123456789012345678901234567890123456789012345678901";
    for (number, divisor) in [
        ("2.4", "0.2"),
        ("0.0075", "0.0001"),
        ("1e308", "0.5"),
        ("1e308", "1e-8"),
        ("12345678910111213141516", "4"),
        ("-0", "7"),
        ("0", "1e400"),
        ("-9", "3"),
        ("1e999999999", "0.0000001"),
        ("1e999999999", "1e-999999999"),
        ("1e400", "1024"),
        (long, long),
        ("370370367037037036703703703670370370367037037036703", long),
        ("10000000000000000000000000000000000000000000000000e2", "15625e33"),
    ] {
        assert!(is_multiple_of(number, divisor), "{number} {divisor}");
    }
    for (number, divisor) in [
        ("2.5", "0.2"),
        ("0.00751", "0.0001"),
        ("1e308", "0.123456789"),
        ("1", "0"),
        ("1", "3e-1"),
        ("1e999999999", "3"),
        ("1e-999999999", "1"),
        ("1", "1e999999999"),
        ("1", long),
        ("370370367037037036703703703670370370367037037036704", long),
        ("1e400", long),
    ] {
        assert!(!is_multiple_of(number, divisor), "{number} {divisor}");
    }
}

#[test]
fn long_numbers_take_linear_time() {
    let start = Instant::now();
    let digits = format!("1{}", "7".repeat(200_000));
    let small = format!("1e-{}", "9".repeat(200_000));
    assert_eq!(compare(&digits, &small), Ordering::Greater);
    assert!(!is_multiple_of(&digits, "10"));
    assert!(!is_multiple_of(&digits, "12345678901234567890123456789012345678901234567890"));
    assert!(!is_integer(&format!("0.{digits}")));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

/// MANTISSA × 10^EXPONENT, written in some way, with the integer that it is times 10^12.
fn numbers() -> impl Strategy<Value = (String, i128)> {
    (-1_000_000_i64..1_000_000, -6_i32..6, 0_usize..3, any::<bool>()).prop_map(
        |(mantissa, exponent, shift, upper)| {
            let scale = u32::try_from(exponent + 12).unwrap_or_default();
            let value = i128::from(mantissa) * 10_i128.pow(scale);
            let digits = mantissa.unsigned_abs().to_string();
            let sign = if mantissa < 0 { "-" } else { "" };
            let e = if upper { 'E' } else { 'e' };
            // The same with the point some digits further to the left.
            let padded = format!("{digits:0>width$}", width = shift + 1);
            let (whole, fraction) = padded.split_at(padded.len() - shift);
            let point = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
            let exponent = exponent + i32::try_from(shift).unwrap_or_default();
            (format!("{sign}{whole}{point}{e}{exponent:+}"), value)
        },
    )
}

proptest! {
    #[test]
    fn they_agree_with_integers((one, a) in numbers(), (other, b) in numbers()) {
        prop_assert_eq!(compare(&one, &other), a.cmp(&b), "{} {}", one, other);
        prop_assert_eq!(is_integer(&one), a % 10_i128.pow(12) == 0, "{}", one);
        let multiple = if b == 0 { a == 0 } else { a % b == 0 };
        prop_assert_eq!(is_multiple_of(&one, &other), multiple, "{} {}", one, other);
    }

    #[test]
    fn a_product_is_a_multiple(factor in 1_i64..1_000_000, divisor in "[1-9][0-9]{0,60}") {
        // The schoolbook product of a long number and a short one.
        let (mut digits, mut carry) = (Vec::new(), 0);
        for digit in divisor.bytes().rev() {
            carry += i64::from(digit & 0xf) * factor;
            digits.push(char::from_digit(u32::try_from(carry % 10).unwrap_or_default(), 10).unwrap_or('0'));
            carry /= 10;
        }
        let product = format!("{carry}{}", digits.iter().rev().collect::<String>());
        prop_assert!(is_multiple_of(&product, &divisor), "{} {}", product, divisor);
        let smaller = [format!("{product}e-3"), format!("{divisor}e-3")];
        prop_assert!(is_multiple_of(&smaller[0], &smaller[1]));
        let one_more = [format!("{product}1"), format!("{divisor}0")];
        prop_assert!(!is_multiple_of(&one_more[0], &one_more[1]));
    }
}
