/**
 * What make.com tells us: bodies from tests/fixtures/make with fresh ids and times. Nothing is signed; a header has the
 * secret.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadEnvironment } from "../../local/environment.ts";
import { lettersOf, type Overrides, set } from "../body.ts";
import type { Sender } from "../sender.ts";

const FIXTURES = new URL("../../tests/fixtures/make/", import.meta.url);

export const makeTypes: readonly string[] = ["calendar.changed", "form.submitted", "reply.received"];

/**
 * The body of something new, as of now. `overrides` sets fields by dotted path: `{ "data.session_id": "…" }`. The same
 * `sale` gives the same calendar event.
 */
export function makeEvent(type: string, overrides: Overrides = {}, sale: string = randomUUID()): string {
  if (!makeTypes.includes(type))
    throw new Error(`There is no event "${type}" of make.com's. There are: ${makeTypes.join(", ")}`);
  const told = JSON.parse(readFileSync(new URL(`${type}.json`, FIXTURES), "utf8"));
  for (const path of Object.keys(overrides)) {
    if (!/^(id|type|occurred_at|data)(\.|$)/.test(path))
      throw new Error(`"${path}" is no field of it. Write data.${path}, or id, type or occurred_at.`);
  }
  const fresh = { id: `make-${randomUUID()}`, occurred_at: new Date().toISOString() };
  if (type === "calendar.changed") told.data.calendar_event_id = lettersOf(26, sale);
  for (const [path, value] of Object.entries({ ...fresh, ...overrides })) set(told, path, value);
  return JSON.stringify(told);
}

/** The request headers that make.com's HTTP module would send, as docs/guides/receive_messages.md sets it up. */
export function makeHeaders(secret: string): Record<string, string> {
  return { "content-type": "application/json", authorization: `Bearer ${secret}` };
}

export const make: Sender = {
  types: makeTypes,
  event: makeEvent,
  headers: () => {
    const [secret] = loadEnvironment().MAKE_WEBHOOK_SECRET!.split(" ");
    if (!secret)
      throw new Error(
        "MAKE_WEBHOOK_SECRET is empty: nothing is taken from make.com. Set it for npm start and for this command, in .env or the environment.",
      );
    return makeHeaders(secret);
  },
};
