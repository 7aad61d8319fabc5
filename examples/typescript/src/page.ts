// The page `web/index.html`: a frontend of the protocol, as the one of the incident was. It asks the server that the
// page's address names and shows what comes, a line each: `?server=ws://127.0.0.1:8080/ws&legacy=refuse`.

import { parseServerPolicies } from "@netra/protocol";
import { ask } from "./client.js";

/** The element of the page with this id. */
function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new TypeError(`the page has no ${kind.name} with the id ${id}`);
}

const form = element("ask", HTMLFormElement);
const question = element("question", HTMLInputElement);
const lines = element("lines", HTMLOListElement);
const status = element("status", HTMLOutputElement);

const address = new URLSearchParams(location.search);
const server = address.get("server") ?? "ws://127.0.0.1:8080/ws";
const policies = parseServerPolicies(address.get("legacy") ?? "");

function show(text: string): void {
  const line = document.createElement("li");
  line.textContent = text;
  lines.append(line);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  lines.replaceChildren();
  status.value = "asking";
  const ended = (text: string): void => void (status.value = text);
  ask(server, question.value, show, policies).then((code) => ended(`closed: ${code}`), (error) => ended(String(error)));
});
