// The parts of the package that no frame shows on its own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { equal } from "../node_modules/@netra/protocol/esm/support/json.js";
import { countMembers, findFault } from "../node_modules/@netra/protocol/esm/support/scan.js";
import { secondsOf, shifted, withZone } from "../node_modules/@netra/protocol/esm/support/time.js";
import { Check, compile } from "../node_modules/@netra/protocol/esm/support/validate.js";
import { EXAMPLES } from "./samples.mjs";

/** The same numbers in every run. */
function* numbers(seed) {
  for (;;) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    yield seed / 2 ** 32;
  }
}

function parses(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("the scanner finds a fault where JSON.parse does", () => {
  const dice = numbers(1);
  const below = (end) => Math.floor(dice.next().value * end);
  const pieces = ['"', "}", "{", "[", "]", ",", ":", "\\", "\\u0041", "1", "-", ".", "e", "t", " ", "\n", "\u0001", "é", ""];
  let broken = 0;
  for (const { frame } of EXAMPLES) {
    for (let round = 0; round < 40; round += 1) {
      const text = JSON.stringify(frame);
      const at = below(text.length);
      const mutant = text.slice(0, at) + pieces[below(pieces.length)] + text.slice(at + below(3));
      const fault = findFault(mutant);
      // What only a strict reader refuses is not for `JSON.parse` to judge.
      if (fault?.code === "duplicate-key") continue;
      assert.equal(fault === undefined, parses(mutant), mutant);
      broken += fault === undefined ? 0 : 1;
    }
  }
  assert.ok(broken > 5000);
});

test("members are counted however they are written", () => {
  for (const [text, members] of [
    ["{}", 0],
    ['":"', 0],
    ['[":",{"a":":","b" \n:{}}]', 2],
    ['{"\\"":1,"\\\\":"\\\\","a\\\\\\"":"{\\"b\\":1}"}', 3],
    ['{"a":1,"a":2}', 2],
  ]) {
    assert.equal(countMembers(text), members, text);
  }
});

test("times are read as the frames on record have them", () => {
  assert.deepEqual(secondsOf("1970-01-01T00:00:00Z"), { seconds: 0, zoned: true });
  assert.deepEqual(secondsOf("2025-09-18T14:56:14.25+02:00"), { seconds: 1_758_200_174.25, zoned: true });
  assert.deepEqual(secondsOf("2024-02-29 23:59:59"), { seconds: 1_709_251_199, zoned: false });
  for (const none of ["", "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01", "1969-12-31T23:59:59Z", "0099-01-01T00:00:00Z", "2025-01-01T00:00:00+25:00", "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00+5:00"]) {
    assert.equal(secondsOf(none), undefined, none);
  }
  assert.deepEqual([withZone("2025-09-18T14:56:14"), withZone("2025-09-18T14:56:14Z"), withZone("x")], ["2025-09-18T14:56:14Z", undefined, undefined]);
});

test("units change without rounding", () => {
  assert.deepEqual([shifted(1_758_200_000_123, -3), shifted(0.29, 3), shifted(1e-9, 3), shifted(1e300, -3)], [1_758_200_000.123, 290, 1e-6, 1e297]);
});

test("values are equal by what they mean", () => {
  assert.ok(equal({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] }));
  for (const [a, b] of [[1, "1"], [[], {}], [{ a: 1 }, { b: 1 }], [null, {}], [[1], [1, 2]], [{}, Object.create({ a: 1 }, { b: { value: 1, enumerable: true } })]]) {
    assert.ok(!equal(a, b));
  }
});

test("each kind of node checks what it says", () => {
  const code = (node, value) => {
    const state = new Check();
    return compile(node)(value, state) ? undefined : state.issue.code;
  };
  const tree = { kind: "object", fields: { inner: { kind: "recursive", type: () => tree } }, closed: true };
  const cases = [
    [{ kind: "null" }, [null], [[0, "type"]]],
    [{ kind: "integer", min: 1, max: 9 }, [1, 9, 2.0], [[0, "range"], [1.5, "type"], [10.5, "type"], ["1", "type"], [Infinity, "range"], [NaN, "range"]]],
    [{ kind: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }, [0.5], [[0, "range"], [1, "range"], [NaN, "number-range"]]],
    [{ kind: "string", minLength: 2, maxLength: 3 }, ["ab", "😀😀😀", "é😀"], [["a", "length"], ["😀", "length"], ["abcd", "length"]]],
    [{ kind: "string", pattern: "^\\p{L}.$" }, ["é😀"], [["1a", "pattern"]]],
    [{ kind: "string", pattern: "^\\-$" }, ["-"], [["\\-", "pattern"]]],
    [{ kind: "enumeration", values: ["a"] }, ["a"], [["b", "enum"], [1, "type"]]],
    [{ kind: "enumeration", values: ["a"], open: true }, ["a", "b"], [[1, "type"]]],
    [{ kind: "array", items: { kind: "boolean" }, minItems: 1, maxItems: 2 }, [[true]], [[[], "items"], [[true, true, true], "items"], [[1], "type"], [{}, "type"]]],
    [{ kind: "nullable", inner: { kind: "boolean" } }, [null, true], [[1, "type"]]],
    [tree, [{}, { inner: { inner: {} } }], [[{ inner: { other: 1 } }, "unknown-property"], [{ inner: 1 }, "type"]]],
  ];
  for (const [node, valid, invalid] of cases) {
    for (const value of valid) assert.equal(code(node, value), undefined, `${node.kind}: ${String(value)}`);
    for (const [value, expected] of invalid) assert.equal(code(node, value), expected, `${node.kind}: ${String(value)}`);
  }
});
