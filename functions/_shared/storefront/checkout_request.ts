/** What a storefront asks for, as far as it can be understood without the catalogue: what is sold, and for how much, SQL decides. */

import { sha256, toHex } from "../crypto/signature.ts";
import { currency, id, Json, text } from "../facts/json_reader.ts";
import { HttpError } from "../http/http_error.ts";

export interface CheckoutRequest {
  /** As commerce.open_checkout takes them. Null stands for what cannot be right. */
  items: { sku: string | null; quantity: number | null; starts_at: string | null }[];
  provider: string;
  /** The rest: null where it is left out. */
  method: string | null;
  currency: string | null;
  email: string | null;
  success_url: string | null;
  cancel_url: string | null;
}

const MOST_ITEMS = 100;

/** Takes what it knows, and nothing else: a price that a caller sends along is not even seen. @throws TurnedAway */
export function checkoutRequest(body: Record<string, unknown>): CheckoutRequest {
  if (!Array.isArray(body.items) || body.items.length === 0) {
    throw new HttpError(400, "items_missing", 'Pass items as [{"sku": "…", "quantity": 1}], at least one.');
  }
  if (body.items.length > MOST_ITEMS)
    throw new HttpError(400, "too_many_items", `A checkout has at most ${MOST_ITEMS} items. Open several.`);
  const given = new Json(body);
  const optional = (name: string) => read(() => given.maybe(id, name));
  const address = optional("email")?.trim().toLowerCase() ?? null;
  if (address !== null && !/^[^@\s]+@[^@\s]+$/.test(address)) {
    throw new HttpError(400, "email_missing", "email is no address. Pass the buyer's, such as amina@example.com.");
  }
  return {
    items: body.items.map(item),
    provider: optional("provider") ?? "",
    method: optional("method"),
    currency: read(() => given.maybe(currency, "currency")),
    email: address,
    success_url: read(() => given.maybe(URL_TEXT, "success_url")),
    cancel_url: read(() => given.maybe(URL_TEXT, "cancel_url")),
  };
}

/** SHA-256 of a request: whether a key means the same as before. */
export async function fingerprintOf(request: CheckoutRequest): Promise<string> {
  return toHex(await sha256(JSON.stringify(request)));
}

/** Longer than any address may be, so that a cut one is refused like any other that is too long. */
const URL_TEXT = text(5000);
const MOMENT = text(60);

function item(value: unknown): CheckoutRequest["items"][number] {
  const { sku, quantity, starts_at } = Object(value);
  return {
    sku: (typeof sku === "string" && id.read(sku)) || null,
    quantity: typeof quantity === "number" ? quantity : null,
    starts_at:
      starts_at === undefined || starts_at === null
        ? null
        : (typeof starts_at === "string" && MOMENT.read(starts_at)) || "",
  };
}

function read<T>(value: () => T): T {
  try {
    return value();
  } catch (error) {
    throw new HttpError(400, "request_not_understood", `${(error as Error).message}.`);
  }
}
