// What versions come to. The cases are those of every language.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { CLOSE_CODES, PROTOCOL_VERSION, SCHEMA_DIGEST, negotiate } from "@netra/protocol";
import { negotiateAs } from "../node_modules/@netra/protocol/esm/support/negotiation.js";
import { SCHEMA } from "./samples.mjs";

const file = path.join(SCHEMA, "../codegen/tests/negotiation/cases.json");
const { version, digest, close_code: closeCode, releases, cases } = JSON.parse(fs.readFileSync(file, "utf8"));

const unread = (of) => (of === null ? undefined : { byPeer: of.by_peer, here: of.here });
const releasesHere = releases.map((release) => ({ ...release, server: unread(release.server), client: unread(release.client) }));
const own = { version, digest, closeCode, releases: releasesHere };

/** A verdict as the cases say it. */
function told(result) {
  switch (result.verdict) {
    case "compatible":
      return `compatible ${result.release}`;
    case "degraded": {
      const lists = [result.byPeer, result.here, result.messages].map((names) => names.join(" "));
      return `degraded ${result.release}: ${lists.join(" | ")}`;
    }
    case "incompatible":
      return `incompatible ${result.closeCode}: ${result.closeReason}`;
    default:
      return result.verdict;
  }
}

test("every case ends as in every language", () => {
  assert.ok(cases.length > 60);
  for (const { side, version, digest, verdict } of cases) {
    assert.equal(told(negotiateAs(own, { side, version, digest: digest ?? undefined })), verdict, JSON.stringify(version));
  }
});

test("a reason fits into a close frame", () => {
  const longest = Array(3).fill(String(2n ** 64n - 1n)).join(".");
  const release = { version: "1.234.567", digest: "", server: { byPeer: [], here: [] } };
  const full = { version: longest, digest: "", closeCode: undefined, releases: Array(60).fill(release) };
  const many = negotiateAs(full, { side: "server", version: "?" });
  const one = negotiateAs(full, { side: "client", version: "?" });
  assert.equal(many.supported.length, 61);
  assert.ok(many.closeReason.endsWith(", ...") && many.closeReason.length <= 123, many.closeReason);
  assert.ok(one.closeReason.endsWith(longest) && one.closeReason.length <= 123, one.closeReason);
});

test("this version knows the ones before it", () => {
  assert.deepEqual(negotiate({ side: "server", version: PROTOCOL_VERSION, digest: SCHEMA_DIGEST }), { verdict: "same" });
  assert.deepEqual(negotiate({ side: "client", version: "1.0.0" }), { verdict: "compatible", release: "1.0.0" });
  const refused = negotiate({ side: "client", version: "0.9.0" });
  assert.equal(refused.verdict, "incompatible");
  assert.equal(refused.closeCode, CLOSE_CODES.UNSUPPORTED_VERSION);
  assert.deepEqual(refused.supported, [PROTOCOL_VERSION, "1.0.0"]);
});
