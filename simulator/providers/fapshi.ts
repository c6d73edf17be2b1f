/**
 * Webhooks as Fapshi would send them: transactions from tests/fixtures/fapshi with fresh ids and times.
 * Nothing is signed; the header is the secret.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadEnvironment } from "../../local/environment.ts";
import { lettersOf, type Overrides } from "../body.ts";
import type { Sender } from "../sender.ts";

const FIXTURES = new URL("../../tests/fixtures/fapshi/", import.meta.url);

/**
 * What Fapshi sends webhooks for. A transaction that only began is sent as `status=CREATED` or `PENDING` of one of
 * these.
 */
const TYPES: Record<string, string> = {
  SUCCESSFUL: "successful",
  FAILED: "failed",
  EXPIRED: "expired",
  "payout.FAILED": "payout.failed",
};

export const fapshiTypes: readonly string[] = Object.keys(TYPES).sort();

/**
 * The body of a new webhook, as of now. `overrides` sets fields of the transaction:
 * `{ externalId: "…", amount: 5000 }`; undefined takes one away. The same `sale` gives the same transaction whatever
 * the type.
 */
export function fapshiEvent(type: string, overrides: Overrides = {}, sale: string = randomUUID()): string {
  const fixture = TYPES[type];
  if (!fixture) throw new Error(`There is no Fapshi event "${type}". There are: ${fapshiTypes.join(", ")}`);
  const original = JSON.parse(readFileSync(new URL(`${fixture}.json`, FIXTURES), "utf8"));
  const fields = new Set([...Object.keys(original), "reason"]);
  for (const path of Object.keys(overrides)) {
    if (!fields.has(path))
      throw new Error(`"${path}" is no field of a transaction. There are: ${[...fields].join(", ")}`);
  }

  const age = Date.now() - Date.parse(original.dateConfirmed ?? original.dateInitiated);
  const later = (date: string | null) => date && new Date(Date.parse(date) + age).toISOString();
  return JSON.stringify({
    ...original,
    transId: lettersOf(8, sale, original.transType),
    financialTransId: original.financialTransId && String(Number.parseInt(lettersOf(9, sale), 16)),
    dateInitiated: later(original.dateInitiated),
    dateConfirmed: later(original.dateConfirmed),
    ...overrides,
  });
}

/** The request headers Fapshi would send with any body. */
export function fapshiHeaders(_body: string, secret: string): Record<string, string> {
  return { "content-type": "application/json", "x-wh-secret": secret };
}

export const fapshi: Sender = {
  types: fapshiTypes,
  event: fapshiEvent,
  headers: (body, _url, env = loadEnvironment()) => fapshiHeaders(body, env.FAPSHI_WEBHOOK_SECRET!.split(" ")[0]!),
};
