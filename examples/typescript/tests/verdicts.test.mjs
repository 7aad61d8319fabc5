// What the generated package makes of the schema's samples, as an ES module and as a CommonJS module.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import process from "node:process";
import { test } from "node:test";
import * as imported from "@netra/protocol";
import { EXAMPLES, FORMS, INVALID, LEGACY, RESERVED } from "./samples.mjs";

const required = createRequire(import.meta.url)("@netra/protocol");

test("both module systems export the same names", () => {
  assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
  assert.notEqual(required.parseServerFrame, imported.parseServerFrame);
});

for (const [system, protocol] of Object.entries({ imported, required })) {
  const api = {
    server: {
      peer: "client",
      parse: protocol.parseServerFrame,
      parseCanonical: protocol.parseCanonicalServerFrame,
      create: protocol.createServerFrame,
      schema: protocol.serverFrameSchema,
    },
    client: {
      peer: "server",
      parse: protocol.parseClientFrame,
      parseCanonical: protocol.parseCanonicalClientFrame,
      create: protocol.createClientFrame,
      schema: protocol.clientFrameSchema,
    },
  };
  const at = { receivedAt: 1_758_207_400.5 };
  const invalid = (verdict, code, pointer) => {
    assert.equal(verdict.verdict, "invalid");
    assert.deepEqual([verdict.issues[0].code, verdict.issues[0].pointer], [code, pointer], verdict.issues[0].found);
  };

  test(`${system}: every example is canonical, as a text and as a value`, () => {
    assert.ok(EXAMPLES.length > 300);
    for (const { side, frame } of EXAMPLES) {
      for (const input of [JSON.stringify(frame), JSON.stringify(frame, null, 2), structuredClone(frame)]) {
        const verdict = api[side].parse(input, at);
        assert.deepEqual(verdict, { verdict: "canonical", frame });
      }
    }
  });

  test(`${system}: members may come in any order, and others beside them`, () => {
    for (const { side, frame } of EXAMPLES) {
      const backwards = Object.fromEntries(Object.entries({ ...frame, x_new: [1, { a: null }] }).reverse());
      backwards.data = Object.fromEntries(Object.entries({ ...frame.data, x_new: 0.5 }).reverse());
      assert.deepEqual(api[side].parse(JSON.stringify(backwards), at), { verdict: "canonical", frame: backwards });
    }
  });

  test(`${system}: what is invalid is refused with its code and pointer`, () => {
    assert.ok(INVALID.length > 700);
    for (const { side, text, why, code, pointer } of INVALID) {
      const { verdict, issues } = api[side].parseCanonical(text);
      assert.equal(verdict, "invalid", `${why}: ${text}`);
      assert.deepEqual([issues[0].code, issues[0].pointer], [code, pointer], `${why}: ${text}`);
      assert.equal(protocol.describeIssue(issues[0]).split("\n").length, 1);
    }
  });

  test(`${system}: a legacy frame becomes its canonical twin`, () => {
    assert.ok(LEGACY.length > 80);
    for (const { side, form, frame, canonical, lost, receive_time } of LEGACY) {
      const seen = [];
      const options = { receivedAt: receive_time, onLegacy: (legacy) => seen.push(legacy) };
      const verdict = api[side].parse(JSON.stringify(frame), options);
      assert.equal(verdict.verdict, "legacy", JSON.stringify(frame));
      assert.deepEqual([verdict.form, verdict.frame], [form, canonical]);
      assert.deepEqual(new Set(verdict.lost), new Set(lost));
      assert.deepEqual(seen.map(({ form, policy, lost }) => [form, policy, lost]), [[form, "warn", verdict.lost]]);
      assert.equal(api[side].parse(canonical, at).verdict, "canonical");
      invalidOrUnknown(api[side].parseCanonical(frame).verdict);
    }
  });

  test(`${system}: a refused form is invalid with a code of its own`, () => {
    for (const { side, form, frame, canonical } of LEGACY) {
      const verdict = api[side].parse(frame, { ...at, policies: { [form]: "refuse" } });
      invalid(verdict, "legacy-refused", "");
      assert.equal(verdict.form, form);
      assert.ok(verdict.issues[0].hint.includes(`{"type":"${canonical.type}"`), verdict.issues[0].hint);
    }
  });

  test(`${system}: a form is refused from its sunset on, unless its policy is set`, () => {
    const frame = { event: "connection_established" };
    const sunset = Date.parse(FORMS.find(({ name }) => name === "bare-event").sunset) / 1000;
    const verdict = (options) => api.server.parse(frame, { ...at, ...options }).verdict;
    assert.equal(verdict({ today: sunset - 1 }), "legacy");
    assert.equal(verdict({ today: sunset }), "invalid");
    assert.equal(verdict({ today: sunset, policy: "accept" }), "legacy");
    assert.equal(verdict({ policy: "accept", policies: { "bare-event": "refuse" } }), "invalid");
  });

  test(`${system}: policies are read from a text`, () => {
    const read = protocol.parseServerPolicies("accept, bare-event=refuse");
    assert.deepEqual(read, { policy: "accept", policies: { "bare-event": "refuse" } });
    assert.throws(() => protocol.parseServerPolicies("bare-event=never"), RangeError);
    assert.throws(() => protocol.parseServerPolicies("no-form=warn"), RangeError);
    assert.throws(() => protocol.parseServerPolicies("bare-event=warn=refuse"), RangeError);
  });

  test(`${system}: policies are read from the environment`, () => {
    const read = protocol.serverPoliciesFromEnvironment;
    assert.deepEqual(read({}), { policies: {} });
    assert.deepEqual(read({ NETRA_LEGACY: "refuse" }), { policy: "refuse", policies: {} });
    assert.throws(() => read({ NETRA_LEGACY: "never" }), /^RangeError: NETRA_LEGACY: "never" is no policy/);
    const frame = { event: "connection_established" };
    try {
      process.env.NETRA_LEGACY = "accept,bare-event=refuse";
      assert.equal(api.server.parse(frame, { ...at, ...read() }).issues[0].code, "legacy-refused");
    } finally {
      delete process.env.NETRA_LEGACY;
    }
  });

  test(`${system}: two spellings that differ are a conflict`, () => {
    const frame = (second) => ({
      type: "tool_completed", run_id: "r", tool_name: "t", results: {}, duration_ms: 1500, execution_time: second,
    });
    assert.equal(api.server.parse(frame(1.5), at).verdict, "legacy");
    invalid(api.server.parse(frame(1.6), at), "conflict", "/execution_time");
  });

  test(`${system}: what the schema does not list is unknown, with its envelope`, () => {
    const frame = { type: "brand_new", data: { a: [1.5] }, timestamp: 12.5, correlation_id: "c" };
    assert.deepEqual(api.server.parse(frame, at), { verdict: "unknown", frame });
    assert.deepEqual(api.client.parse(JSON.stringify(frame), at), { verdict: "unknown", frame });
    const event = { type: "system_message", data: { event: "brand_new", n: 1 }, timestamp: 12.5 };
    assert.deepEqual(api.server.parse(event, at), { verdict: "unknown", frame: event });
    invalid(api.server.parse({ ...frame, timestamp: "" }, at), "type", "/timestamp");
    invalid(api.server.parse({ ...frame, data: 1 }, at), "type", "/data");
  });

  test(`${system}: reserved names and those of the other side are neither unknown nor legacy`, () => {
    for (const type of RESERVED) {
      const frame = { type, data: {}, timestamp: 1 };
      for (const side of ["server", "client"]) invalid(api[side].parse(frame, at), "reserved", "/type");
    }
    const own = (side) => new Set(EXAMPLES.filter((example) => example.side === side).map(({ frame }) => frame.type));
    const known = { server: own("server"), client: own("client") };
    for (const { side, frame } of EXAMPLES) {
      const { peer } = api[side];
      if (!known[peer].has(frame.type)) invalid(api[peer].parseCanonical(frame), "wrong-direction", "/type");
    }
  });

  test(`${system}: a text is held to the rules of every reader`, () => {
    const text = (data) => `{"type":"handshake_complete","data":${data},"timestamp":1.0}`;
    const judge = (data) => api.server.parse(text(data), at);
    assert.equal(judge('{"a":"\\ud83d\\ude00","\\u0062":[],"c\\\\\\"":":"}').verdict, "canonical");
    const deep = (levels) => "[".repeat(levels) + "]".repeat(levels);
    assert.equal(judge(`{"a":${deep(126)}}`).verdict, "canonical");
    invalid(judge(`{"a":${deep(127)}}`), "depth", `/data/a${"/0".repeat(126)}`);
    invalid(judge(`{"a":${deep(50_000)}}`), "depth", `/data/a${"/0".repeat(126)}`);
    invalid(judge('{"a":1,"\\u0061":2}'), "duplicate-key", "/data/a");
    invalid(judge('{"a":[{"b":1},{"b":1,"b":1}]}'), "duplicate-key", "/data/a/1/b");
    invalid(judge('{"a":"\\ud83d"}'), "escape", "/data/a");
    invalid(judge('{"a":"\\x"}'), "escape", "/data/a");
    invalid(judge('{"a":1e999}'), "number-range", "/data/a");
    invalid(judge('{"a":01}'), "syntax", "/data/a");
    invalid(judge('{"a":nul}'), "syntax", "/data/a");
    invalid(judge('{"a/b~":[1,}'), "syntax", "/data/a~1b~0");
    invalid(judge('{"a" 1}'), "syntax", "/data/a");
    invalid(judge("{a:1}"), "syntax", "/data");
    invalid(judge('{"a":"\n"}'), "syntax", "/data/a");
    invalid(api.server.parse("", at), "syntax", "");
    invalid(api.server.parse(`${text("{}")}x`, at), "trailing-data", "");
    // A legacy frame is held to them, too.
    invalid(api.server.parse('{"event":"heartbeat","event":"heartbeat"}', at), "duplicate-key", "/event");
  });

  // Of bytes that are no UTF-8, Rust's reader gets no text, and of such an escape it says the same.
  test(`${system}: half a surrogate pair is no text`, () => {
    for (const [half, whole] of [["\ud83d", "\ud83d\ude00"], ["\ude00", "\u{1f600}"]]) {
      const texts = (text) => [{ a: [text] }, { b: { [text]: 1 } }];
      for (const [data, place] of texts(half).map((data, index) => [data, ["/data/a/0", `/data/b/${half}`][index]])) {
        const frame = { type: "handshake_complete", data, timestamp: 1 };
        const raw = JSON.stringify(frame).replace(/\\ud83d|\\ude00/, half);
        assert.ok(raw.includes(half));
        for (const input of [frame, raw]) invalid(api.server.parse(input, at), "escape", place);
        invalid(api.server.parse(JSON.stringify(frame), at), "escape", place.replace(half, JSON.stringify(half).slice(1, -1)));
      }
      for (const data of texts(whole)) {
        const frame = { type: "handshake_complete", data, timestamp: 1 };
        for (const input of [frame, JSON.stringify(frame)]) assert.equal(api.server.parse(input, at).verdict, "canonical");
      }
    }
    const { issues } = api.server.parse({ type: "handshake_complete", data: { "\ud83d": "\ud83d" }, timestamp: 1 }, at);
    assert.ok(protocol.describeIssue(issues[0]).isWellFormed());
    assert.throws(() => protocol.createClientFrame("user_message", { content: "\ud83d" }), protocol.FrameError);
  });

  test(`${system}: a value is held to what JSON can write`, () => {
    const judge = (a) => api.server.parse({ type: "handshake_complete", data: { a }, timestamp: 1 }, at);
    for (const a of [undefined, 1n, () => 1, Symbol("a"), new Date(0)]) invalid(judge(a), "type", "/data/a");
    for (const a of [NaN, Infinity]) invalid(judge(a), "number-range", "/data/a");
    const loop = {};
    loop.a = loop;
    assert.equal(judge(loop).issues[0].code, "depth");
    for (const value of [null, 1, [], true, undefined]) invalid(api.server.parse(value, at), "type", "");
  });

  test(`${system}: names of members are only names`, () => {
    const polluted = JSON.parse('{"type":"handshake_complete","data":{"__proto__":{"x":1}},"timestamp":1}');
    assert.deepEqual(api.server.parse(polluted, at), { verdict: "canonical", frame: polluted });
    invalid(api.server.parse(Object.create(polluted), at), "missing-property", "");
    for (const type of ["__proto__", "constructor", "toString"]) {
      assert.equal(api.server.parse({ type, data: {}, timestamp: 1 }, at).verdict, "unknown");
    }
    const legacy = JSON.parse('{"type":"user_message","payload":{"text":"a","metadata":{"__proto__":{"x":1}},"__proto__":{"y":1}}}');
    const { frame } = api.client.parse(legacy, at);
    assert.equal(JSON.stringify(frame.data.__proto__), '{"y":1}');
    assert.equal(Object.getPrototypeOf(frame.data), Object.prototype);
  });

  test(`${system}: frames are built valid or not at all`, () => {
    for (const { side, frame } of EXAMPLES) {
      const { type, data, ...envelope } = frame;
      assert.deepEqual(api[side].create(type, data, envelope), frame);
    }
    const failure = (build) => {
      try {
        build();
      } catch (error) {
        assert.ok(error instanceof protocol.FrameError && error instanceof Error);
        return [error.issue.code, error.issue.pointer];
      }
      return undefined;
    };
    const create = protocol.createClientFrame;
    assert.deepEqual(failure(() => create("user_message", {})), ["missing-property", "/data"]);
    assert.deepEqual(failure(() => create("user_message", { content: "a" }, { timestamp: -1 })), ["range", "/timestamp"]);
    assert.deepEqual(failure(() => create("user_message", { content: "a", text: "a" })), ["retired-property", "/data/text"]);
    assert.deepEqual(failure(() => create("brand_new", {})), ["enum", "/type"]);
    assert.deepEqual(failure(() => create("agent_started", {})), ["wrong-direction", "/type"]);
  });

  test(`${system}: each frame gets to the handler of its message`, () => {
    const frames = EXAMPLES.filter(({ side }) => side === "server").map(({ frame }) => frame);
    const named = (names) => Object.fromEntries(names.map((name) => [name, (frame) => [name, frame]]));
    const handlers = named(frames.map(({ type }) => type));
    const events = named(frames.map(({ data }) => data.event).filter((event) => event !== undefined));
    const handle = protocol.onServerFrame(handlers);
    const handleEvents = protocol.onServerFrame({ ...handlers, system_message: events });
    for (const frame of frames) {
      assert.deepEqual(handle(frame), [frame.type, frame]);
      const name = frame.type === "system_message" ? frame.data.event : frame.type;
      assert.deepEqual(handleEvents(frame), [name, frame]);
    }
    assert.throws(() => protocol.onServerFrame({})({ type: "ping", data: {}, timestamp: 1 }), TypeError);
    assert.equal(protocol.ignore(), undefined);
  });

  test(`${system}: the schemas have the interface of Standard Schema`, () => {
    const { "~standard": standard } = api.server.schema({ now: () => 12.5 });
    assert.deepEqual([standard.version, standard.vendor], [1, "framelock"]);
    const { side: _, frame } = EXAMPLES.find(({ side }) => side === "server");
    assert.deepEqual(standard.validate(frame), { value: frame });
    assert.equal(standard.validate({ event: "heartbeat" }).value.timestamp, 12.5);
    const { issues } = standard.validate({ type: "agent_thinking", data: { run_id: 1 }, timestamp: 1 });
    assert.deepEqual(issues.map(({ path }) => path), [["data", "run_id"]]);
    assert.equal(standard.validate({ type: "brand_new", data: {}, timestamp: 1 }).issues.length, 1);
  });

  test(`${system}: the protocol says which it is`, () => {
    assert.deepEqual([protocol.PROTOCOL_NAME, protocol.PROTOCOL_VERSION], ["netra", "1.1.0"]);
    assert.match(protocol.SCHEMA_DIGEST, /^[0-9a-f]{64}$/);
    assert.equal(protocol.CLOSE_CODES.POLICY_VIOLATION, 1008);
  });
}

function invalidOrUnknown(verdict) {
  assert.ok(verdict === "invalid" || verdict === "unknown", verdict);
}
