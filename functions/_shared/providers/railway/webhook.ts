/**
 * Catalog updates from the Railway backend: products, stock counts and stock movements, each with a version or an id.
 * How to send them: docs/guides/receive_messages.md, "Write back". They are signed by Standard Webhooks, like our
 * messages to it.
 */

import { verifyByStandardSecrets } from "../../crypto/standard_webhooks.ts";
import type { Refusal, Verdict, WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import {
  currency,
  flag,
  id,
  isoTime,
  items,
  Json,
  type Kind,
  minor,
  orNull,
  text,
  translated,
  unixTime,
} from "../../facts/json_reader.ts";
import type { Database } from "../../platform/database.ts";
import type { FunctionValue } from "../../platform/rows.ts";
import type { Envelope, ReceivedResult, WebhookProvider } from "../webhook_provider.ts";

const TYPE = "catalog.updated";
const WHERE =
  "the secret that the backend signs with: whsec_ and the base64 of 24 to 64 random bytes, which you generate yourself";
/** The limit keeps the time short that the products are locked. */
const MAX_PRODUCTS = 500;

export const railway = {
  name: "railway",
  keptHeaders: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  isSigned: (headers: Headers) => headers.has("webhook-signature"),
  maxBodyBytes: 5_000_000, // Enough for 500 products with long descriptions.

  verify(incoming: WebhookRequest): Promise<Verdict> {
    return verifyByStandardSecrets(incoming, { secretName: "RAILWAY_WEBHOOK_SECRET", where: WHERE });
  },

  refuses(event: unknown): Refusal | null {
    const count = items.read(new Json(event).at("data.products").value)?.length ?? 0;
    if (count <= MAX_PRODUCTS) return null;
    return {
      code: "too_many_products",
      detail: `There are ${count} products. Send at most ${MAX_PRODUCTS} per request.`,
    };
  },

  read(event: unknown, headers: Headers): Envelope {
    const body = new Json(event);
    const header = new Json(Object.fromEntries(headers));
    const skus = new Set(skusOf(event));
    return {
      id: header.get(id, "webhook-id"),
      type: body.get(id, "type"),
      occurredAt: orNull(
        () => body.maybe(isoTime, "timestamp") ?? unixTime.read(Number(header.at("webhook-timestamp").value)) ?? null,
      ),
      subject: skus.size === 1 ? [...skus][0]! : null,
    };
  },

  translate(event: unknown, { type, occurredAt }: Envelope): Fact[] {
    if (type !== TYPE) return [];
    return translated(type, () => {
      const body = new Json(event);
      const occurred_at = occurredAt ?? body.get(isoTime, "timestamp");
      body.get(items, "data.products");
      return body
        .each("data.products")
        .flatMap((product) => [
          ...productSet(product, occurred_at),
          ...stockSet(product, occurred_at),
          ...stockMoved(product, occurred_at),
        ]);
    });
  },

  /** The current state of the products: a sender with an outdated version needs it for its next update. */
  async answer(event: unknown, { error }: ReceivedResult, database: Database): Promise<object> {
    const [state] = await database.query<{ products: FunctionValue<"commerce", "catalog_state"> }>(
      "select commerce.catalog_state($1::text::jsonb) as products",
      [skusOf(event).slice(0, MAX_PRODUCTS)],
    );
    return { ...(error !== null && { error }), products: state!.products };
  },
} satisfies WebhookProvider;

/** The SKUs in an event, without those that are not valid ids. */
function skusOf(event: unknown): string[] {
  const products = items.read(new Json(event).at("data.products").value) ?? [];
  return products.flatMap((product) => id.read(new Json(product).at("sku").value) ?? []);
}

const whole = (min: number, max: number, exception = ""): Kind<number> => ({
  name: `a whole number from ${min} to ${max}${exception}`,
  read: (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max ? (value as number) : undefined,
});

const version = whole(1, 1e15);
const stock = whole(0, 1e9);
const anyChange = whole(-1e9, 1e9, ", but not 0");
const change: Kind<number> = { ...anyChange, read: (value) => anyChange.read(value) || undefined };

/** The product's own data. A field that is absent is left unchanged, and is not part of the fact. */
function productSet(product: Json, occurred_at: string): Fact[] {
  const fields = {
    name: product.maybe(text(500), "name"),
    active: product.maybe(flag, "active"),
    price: product.maybe(minor, "price_minor"),
    currency: product.maybe(currency, "currency"),
    hasDescription: product.at("description").value !== undefined, // Null deletes the description.
  };
  const values = [fields.name, fields.active, fields.price, fields.currency];
  if (!fields.hasDescription && values.every((value) => value === null)) return [];
  const sku = product.get(id, "sku");
  return [
    {
      type: "product.set",
      occurred_at,
      provider_ref: sku,
      sku,
      version: product.get(version, "version"),
      ...(fields.name !== null && { name: fields.name }),
      ...(fields.hasDescription && { description: product.maybe(text(10_000), "description") }),
      // Price and currency are required together.
      ...((fields.price !== null || fields.currency !== null) && {
        price_minor: product.get(minor, "price_minor"),
        currency: product.get(currency, "currency"),
      }),
      ...(fields.active !== null && { active: fields.active }),
    },
  ];
}

/** A count of the stock. */
function stockSet(product: Json, occurred_at: string): Fact[] {
  const count = product.maybe(stock, "stock");
  if (count === null) return [];
  const sku = product.get(id, "sku");
  return [
    {
      type: "stock.set",
      occurred_at,
      provider_ref: sku,
      sku,
      version: product.get(version, "stock_version"),
      stock: count,
    },
  ];
}

/** A movement of the stock. */
function stockMoved(product: Json, occurred_at: string): Fact[] {
  const difference = product.maybe(change, "stock_change");
  if (difference === null) return [];
  if (product.maybe(stock, "stock") !== null)
    throw product.at("stock_change").unexpected("either stock or stock_change");
  return [
    {
      type: "stock.moved",
      occurred_at,
      provider_ref: product.get(id, "id"),
      sku: product.get(id, "sku"),
      change: difference,
      reason: product.maybe(text(2000), "reason"),
    },
  ];
}
