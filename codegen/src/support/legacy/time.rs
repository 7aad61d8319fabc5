//! Times and durations of retired spellings. All arithmetic is on decimal text, so that nothing is rounded.

/// A point in time as Unix seconds, as JSON text, and whether the text said its zone.
///
/// `None` if the text is none: `2025-09-18T14:56:14.25+02:00`, or without a zone, is what is read.
#[must_use]
pub fn seconds(iso: &str) -> Option<(String, bool)> {
    let (date, time) = (iso.get(..10)?, iso.get(11..)?);
    matches!(iso.as_bytes().get(10)?, b'T' | b't' | b' ').then_some(())?;
    let (year, month, day) =
        (date.get(..4)?, date.get(4..7)?.strip_prefix('-')?, date.get(7..)?.strip_prefix('-')?);
    let days = days(digits(year)?, digits(month)?, digits(day)?)?;
    let (clock, fraction, offset) = clock(time)?;
    let whole = days * 86_400 + clock - offset.unwrap_or(0) * 60;
    // What lies before 1970 is no time of a frame.
    (whole >= 0).then(|| (format!("{whole}{fraction}"), offset.is_some()))
}

/// A time without a zone, with that of UTC; `None` if it has one, or is no time.
#[must_use]
pub fn with_zone(iso: &str) -> Option<String> {
    let (_, zoned) = seconds(iso)?;
    (!zoned).then(|| format!("{iso}Z"))
}

/// The number with this text times ten to the power of `by`.
#[must_use]
pub fn shifted(number: &str, by: i32) -> String {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    match exponent.parse::<i32>().ok().and_then(|exponent| exponent.checked_add(by)) {
        Some(0) => mantissa.to_owned(),
        Some(exponent) => format!("{mantissa}e{exponent}"),
        // An exponent of that size means zero or infinity either way.
        None => number.to_owned(),
    }
}

/// Seconds since midnight, the fraction with its point, and the offset from UTC in minutes.
fn clock(time: &str) -> Option<(i64, &str, Option<i64>)> {
    let (hms, rest) = (time.get(..8)?, time.get(8..)?);
    let (hour, minute, second) = (
        two_digits(hms.get(..2)?)?,
        two_digits(hms.get(2..5)?.strip_prefix(':')?)?,
        two_digits(hms.get(5..)?.strip_prefix(':')?)?,
    );
    (hour < 24 && minute < 60 && second < 60).then_some(())?;
    let zone = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (fraction, zone) = (rest.get(..zone)?, rest.get(zone..)?);
    // A fraction may have more digits than any number type.
    (fraction.is_empty() || all_digits(fraction.strip_prefix('.')?)).then_some(())?;
    let offset = if zone.is_empty() { None } else { Some(offset(zone)?) };
    Some((hour * 3600 + minute * 60 + second, fraction, offset))
}

/// `Z` or `±hh:mm` as minutes.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let index = usize::try_from(month.checked_sub(1)?).ok()?;
    let length = LENGTHS.get(index)? + i64::from(leap && month == 2);
    (1..=length).contains(&day).then_some(())?;
    let before: i64 = LENGTHS.iter().take(index).sum::<i64>() + i64::from(leap && month > 2);
    let past = year - 1;
    let leaps = past / 4 - past / 100 + past / 400;
    Some((year - 1970) * 365 + leaps - 477 + before + day - 1)
}

fn two_digits(text: &str) -> Option<i64> {
    if text.len() == 2 { digits(text) } else { None }
}

fn digits(text: &str) -> Option<i64> {
    all_digits(text).then(|| text.parse().ok()).flatten()
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
