/**
 * What the Railway backend writes back to the catalogue: bodies from tests/fixtures/railway with fresh ids and times,
 * really signed. Signs with node:crypto and not with functions/, so that the two check each other.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadEnvironment } from "../../local/environment.ts";
import { lettersOf, type Overrides, set } from "../body.ts";
import type { Sender } from "../sender.ts";
import { standardHeaders } from "../standard_webhooks.ts";

const FIXTURES = new URL("../../tests/fixtures/railway/", import.meta.url);

/** A product with its stock as they are to be; and a movement of stock. */
export const railwayTypes: readonly string[] = ["catalog.updated", "catalog.updated.moved"];

/**
 * The body of a new update, as of now. `overrides` sets fields by dotted path: `{ "data.products.0.sku": "…" }`. The
 * same `sale` gives the same ids.
 */
export function railwayEvent(type: string, overrides: Overrides = {}, sale: string = randomUUID()): string {
  if (!railwayTypes.includes(type))
    throw new Error(`There is no Railway event "${type}". There are: ${railwayTypes.join(", ")}`);
  const update = JSON.parse(readFileSync(new URL(`${type}.json`, FIXTURES), "utf8"));
  for (const path of Object.keys(overrides)) {
    if (!/^(type|timestamp|data)(\.|$)/.test(path))
      throw new Error(`"${path}" is no field of an update. Write data.products.0.${path}, or type or timestamp.`);
  }
  update.timestamp = new Date().toISOString();
  for (const product of update.data.products) if (product.id) product.id = `delivery-${lettersOf(8, sale)}`;
  for (const [path, value] of Object.entries(overrides)) set(update, path, value);
  return JSON.stringify(update);
}

/** The request headers that go with this body: always under the same id, as when it is sent again. */
export function railwayHeaders(
  body: string,
  secret: string,
  now = Date.now(),
  id = `upd_${lettersOf(27, body)}`,
): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return { "content-type": "application/json", ...standardHeaders(id, body, key, now) };
}

export const railway: Sender = {
  types: railwayTypes,
  function: "catalog",
  event: railwayEvent,
  headers: (body) => railwayHeaders(body, loadEnvironment().RAILWAY_WEBHOOK_SECRET!.split(" ")[0]!),
};
