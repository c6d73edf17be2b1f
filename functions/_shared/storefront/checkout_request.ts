/** Reads the body of a checkout request. Only its form is checked here: SQL decides what is sold and for how much. */

import { sha256, toHex } from "../crypto/signature.ts";
import { countryCode, currency, id, Json, type Kind, object, text } from "../facts/json_reader.ts";
import { HttpError } from "../http/http_error.ts";
import { onlyMembers } from "../http/known_members.ts";
import type { Address } from "../providers/payment_gateway.ts";

export interface CheckoutRequest {
  /**
   * As commerce.open_checkout takes them. Null for a sku or quantity of the wrong type, which SQL refuses; "" for such
   * a starts_at.
   */
  items: { sku: string | null; quantity: number | null; starts_at: string | null }[];
  /** "": none is named, for there may be nothing to pay. */
  provider: string;
  /** Null, here and below: left out. */
  method: string | null;
  currency: string | null;
  email: string | null;
  success_url: string | null;
  cancel_url: string | null;
  /** The token of the Turnstile widget: see challenge.ts. */
  challenge: string | null;
  discount_code: string | null;
  shipping_address: Address | null;
  /** Where the provider's page asks for the address: only this is known before. */
  shipping_country: string | null;
  recipient_name: string | null;
  recipient_phone: string | null;
}

const MEMBERS = [
  ...["items", "provider", "method", "currency", "email", "success_url", "cancel_url", "challenge"],
  ...["discount_code", "shipping_address", "shipping_country", "recipient_name", "recipient_phone"],
];
const ITEM_MEMBERS = ["sku", "quantity", "starts_at"];
const ADDRESS_MEMBERS = ["line1", "line2", "city", "region", "postal_code", "country"];

const MAX_ITEMS = 100;

/**
 * Reads the fields of `CheckoutRequest`. Any other is refused: a price that a page sends, or a discount by another
 * name, does nothing, and the buyer would find out too late. @throws HttpError 400
 */
export function checkoutRequest(body: Record<string, unknown>): CheckoutRequest {
  onlyMembers(body, MEMBERS);
  if (!Array.isArray(body.items) || body.items.length === 0) {
    throw new HttpError(400, "items_missing", 'Pass items as [{"sku": "…", "quantity": 1}], at least one.');
  }
  if (body.items.length > MAX_ITEMS)
    throw new HttpError(400, "too_many_items", `A checkout has at most ${MAX_ITEMS} items. Open several.`);
  body.items.forEach((one, i) => {
    onlyMembers(one, ITEM_MEMBERS, `items.${i}`);
  });
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
    discount_code: understood(() => fields.maybe(line(60), "discount_code")),
    shipping_address: shippingAddress(fields),
    shipping_country: understood(() => fields.maybe(country, "shipping_country")),
    recipient_name: understood(() => fields.maybe(line(200), "recipient_name")),
    recipient_phone: understood(() => fields.maybe(line(40), "recipient_phone")),
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

/** One line of text. It is never cut: half an address is a wrong one. */
const line = (max: number): Kind<string> => ({
  name: `a line of at most ${max} characters`,
  read(value) {
    if (typeof value !== "string") return undefined;
    const words = value.trim();
    return words.length <= max && !/[\p{Cc}\p{Surrogate}]/u.test(words) ? words || null : undefined;
  },
});

const country: Kind<string> = {
  name: "a country as two letters (ISO 3166-1 alpha-2), such as DE",
  read: (value) => countryCode.read(value) ?? undefined,
};

function shippingAddress(fields: Json): Address | null {
  if (understood(() => fields.maybe(object, "shipping_address")) === null) return null;
  const address = fields.at("shipping_address");
  onlyMembers(address.value, ADDRESS_MEMBERS, "shipping_address");
  const optional = (name: string) => understood(() => address.maybe(line(200), name));
  return {
    line1: understood(() => address.get(line(200), "line1")),
    line2: optional("line2"),
    city: understood(() => address.get(line(200), "city")),
    region: optional("region"),
    postal_code: optional("postal_code"),
    country: understood(() => address.get(country, "country")),
  };
}

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
