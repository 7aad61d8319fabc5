// JSON values: what they are called, where they stand, and whether two are equal.

/** How many levels of arrays and objects a frame may nest (RFC 8259 §9 lets a reader set the limit). */
export const MAX_DEPTH = 128;

/** Whether a value is a JSON object; one that would be written as something else (a `Date`) is none. */
export function isObject(value) {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && typeof value.toJSON !== "function"
  );
}

/** A JSON Pointer (RFC 6901 §3) from the names that lead to a place. */
export function pointer(names) {
  return names.map((name) => "/" + String(name).replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

/** A value in words, for people; a long one is cut. */
export function describe(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  switch (typeof value) {
    case "string":
      return `string ${cut(JSON.stringify(cut(value)))}`;
    case "number":
    case "boolean":
      return `${typeof value} ${value}`;
    case "object":
      return isObject(value) ? "an object" : "an object that is written as something else";
    default:
      return `${typeof value}, which is no JSON value`;
  }
}

/** The beginning of a text. */
export function cut(text) {
  return text.length > 80 ? text.slice(0, 80) : text;
}

/** Whether two JSON values are equal: numbers by value, objects without order. */
export function equal(a, b) {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equal(a[name], b[name]))
  );
}
