// Times and durations of retired spellings.

const ISO = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?(?:([Zz])|([+-])(\d\d):(\d\d))?$/;

/**
 * A point in time as Unix seconds, and whether the text said its zone; `2025-09-18T14:56:14.25+02:00`, or without a
 * zone, is what is read. Nothing of another text, or of a time before 1970.
 */
export function secondsOf(iso) {
  const found = ISO.exec(iso);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", utc, sign, hours = "0", minutes = "0"] = found;
  const midnight = new Date(Date.UTC(+year, +month - 1, +day));
  const isDate = midnight.getUTCMonth() === +month - 1 && midnight.getUTCDate() === +day;
  if (!isDate || +hour > 23 || +minute > 59 || +second > 59 || +hours > 23 || +minutes > 59) return undefined;
  const offset = (sign === "-" ? -1 : 1) * (+hours * 60 + +minutes) * 60;
  const whole = midnight.getTime() / 1000 + +hour * 3600 + +minute * 60 + +second - offset;
  if (+year < 1970 || whole < 0) return undefined;
  // Decimal text, so that nothing is rounded twice.
  return { seconds: Number(`${whole}${fraction}`), zoned: utc !== undefined || sign !== undefined };
}

/** A time without a zone, with that of UTC; nothing if it has one, or is no time. */
export function withZone(iso) {
  return secondsOf(iso)?.zoned === false ? `${iso}Z` : undefined;
}

/** A number times ten to the power of `by`, without the rounding of a multiplication. */
export function shifted(number, by) {
  const [mantissa, exponent = "0"] = String(number).split("e");
  return Number(`${mantissa}e${Number(exponent) + by}`);
}
