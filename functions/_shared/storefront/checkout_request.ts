/** Reads the body of a checkout request. Only its form is checked here: SQL decides what is sold and for how much. */

import { sha256, toHex } from "../crypto/signature.ts";
import { currency, id, Json, text } from "../facts/json_reader.ts";
import { HttpError } from "../http/http_error.ts";

export interface CheckoutRequest {
  /**
   * As commerce.open_checkout takes them. Null for a sku or quantity of the wrong type, which SQL refuses; "" for such
   * a starts_at.
   */
  items: { sku: string | null; quantity: number | null; starts_at: string | null }[];
  provider: string;
  /** Null, here and below: left out. */
  method: string | null;
  currency: string | null;
  email: string | null;
  success_url: string | null;
  cancel_url: string | null;
  /** The token of the Turnstile widget: see challenge.ts. */
  challenge: string | null;
}

const MAX_ITEMS = 100;

/** Reads the fields of `CheckoutRequest` and no others: a price in the body is ignored. @throws HttpError 400 */
export function checkoutRequest(body: Record<string, unknown>): CheckoutRequest {
  if (!Array.isArray(body.items) || body.items.length === 0) {
    throw new HttpError(400, "items_missing", 'Pass items as [{"sku": "…", "quantity": 1}], at least one.');
  }
  if (body.items.length > MAX_ITEMS)
    throw new HttpError(400, "too_many_items", `A checkout has at most ${MAX_ITEMS} items. Open several.`);
  const fields = new Json(body);
  const optional = (name: string) => understood(() => fields.maybe(id, name));
  const address = optional("email")?.trim().toLowerCase() ?? null;
  if (address !== null && !/^[^@\s]+@[^@\s]+$/.test(address)) {
    throw new HttpError(
      400,
      "email_missing",
      "email is not an e-mail address. Pass the buyer's, such as amina@example.com.",
    );
  }
  return {
    items: body.items.map(item),
    provider: optional("provider") ?? "",
    method: optional("method"),
    currency: understood(() => fields.maybe(currency, "currency")),
    email: address,
    success_url: understood(() => fields.maybe(URL_TEXT, "success_url")),
    cancel_url: understood(() => fields.maybe(URL_TEXT, "cancel_url")),
    challenge: understood(() => fields.maybe(URL_TEXT, "challenge")),
  };
}

/**
 * SHA-256 of a request, in hex: tells whether an idempotency key is used for the same request again. That may carry
 * another challenge, since a token counts once.
 */
export async function fingerprintOf({ challenge: _, ...request }: CheckoutRequest): Promise<string> {
  return toHex(await sha256(JSON.stringify(request)));
}

/** Longer than a redirect URL or a challenge may be, so that one that was cut here is refused as too long. */
const URL_TEXT = text(5000);
const TIMESTAMP_TEXT = text(60);

function item(value: unknown): CheckoutRequest["items"][number] {
  const { sku, quantity, starts_at } = Object(value);
  return {
    sku: (typeof sku === "string" && id.read(sku)) || null,
    quantity: typeof quantity === "number" ? quantity : null,
    starts_at:
      starts_at === undefined || starts_at === null
        ? null
        : (typeof starts_at === "string" && TIMESTAMP_TEXT.read(starts_at)) || "",
  };
}

/** @throws HttpError 400 request_not_understood in place of an error of `Json`'s */
function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new HttpError(400, "request_not_understood", `${(error as Error).message}.`);
  }
}
