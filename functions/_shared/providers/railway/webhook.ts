/**
 * What the Railway backend writes back to the catalogue: products, counts and movements of stock, each with a version or an id.
 * How to send it: docs/guides/receive_messages.md, "Write back". Signed by Standard Webhooks, as what we send there is.
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
import type { Envelope, ReceivedResult, WebhookProvider } from "../webhook_provider.ts";

const TYPE = "catalog.updated";
const WHERE =
  "the secret (whsec_ and base64 of 24 to 64 random bytes) that the backend signs with; it is yours to make";
/** So that the products' locks are not held for long. */
const MOST_PRODUCTS = 500;

export const railway = {
  name: "railway",
  keptHeaders: ["webhook-id", "webhook-timestamp", "webhook-signature"],
  maxBodyBytes: 5_000_000, // 500 products with long descriptions

  verify(incoming: WebhookRequest): Promise<Verdict> {
    return verifyByStandardSecrets(incoming, { secretName: "RAILWAY_WEBHOOK_SECRET", where: WHERE });
  },

  refuses(event: unknown): Refusal | null {
    const count = items.read(new Json(event).at("data.products").value)?.length ?? 0;
    if (count <= MOST_PRODUCTS) return null;
    return {
      code: "too_many_products",
      detail: `There are ${count} products. Send at most ${MOST_PRODUCTS} at once, the others in another request.`,
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
          ...says(product, occurred_at),
          ...counts(product, occurred_at),
          ...moves(product, occurred_at),
        ]);
    });
  },

  /** How the products stand now, so that whoever wrote too late knows what to base the next write on. */
  async answer(event: unknown, { error }: ReceivedResult, database: Database): Promise<object> {
    const [state] = await database.query<{ products: object[] }>(
      "select commerce.catalog_state($1::text::jsonb) as products",
      [skusOf(event).slice(0, MOST_PRODUCTS)],
    );
    return { ...(error !== null && { error }), products: state!.products };
  },
} satisfies WebhookProvider;

/** The skus that an event names, as far as they can be read. */
function skusOf(event: unknown): string[] {
  const products = items.read(new Json(event).at("data.products").value) ?? [];
  return products.flatMap((product) => id.read(new Json(product).at("sku").value) ?? []);
}

const whole = (least: number, most: number, but = ""): Kind<number> => ({
  name: `a whole number from ${least} to ${most}${but}`,
  read: (value) =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? (value as number)
      : undefined,
});

const version = whole(1, 1e15);
const stock = whole(0, 1e9);
const anyChange = whole(-1e9, 1e9, ", but not 0");
const change: Kind<number> = { ...anyChange, read: (value) => anyChange.read(value) || undefined };

/** What is said of the product itself. */
function says(o: Json, occurred_at: string): Fact[] {
  const said = {
    name: o.maybe(text(500), "name"),
    active: o.maybe(flag, "active"),
    price: o.maybe(minor, "price_minor"),
    currency: o.maybe(currency, "currency"),
    described: o.at("description").value !== undefined, // null says that there is none
  };
  if (!said.described && [said.name, said.active, said.price, said.currency].every((value) => value === null))
    return [];
  const sku = o.get(id, "sku");
  return [
    {
      type: "product.set",
      occurred_at,
      provider_ref: sku,
      sku,
      version: o.get(version, "version"),
      ...(said.name !== null && { name: said.name }),
      ...(said.described && { description: o.maybe(text(10_000), "description") }),
      // A price is nothing without its currency.
      ...((said.price !== null || said.currency !== null) && {
        price_minor: o.get(minor, "price_minor"),
        currency: o.get(currency, "currency"),
      }),
      ...(said.active !== null && { active: said.active }),
    },
  ];
}

function counts(o: Json, occurred_at: string): Fact[] {
  const counted = o.maybe(stock, "stock");
  if (counted === null) return [];
  const sku = o.get(id, "sku");
  return [
    {
      type: "stock.set",
      occurred_at,
      provider_ref: sku,
      sku,
      version: o.get(version, "stock_version"),
      stock: counted,
    },
  ];
}

function moves(o: Json, occurred_at: string): Fact[] {
  const moved = o.maybe(change, "stock_change");
  if (moved === null) return [];
  if (o.maybe(stock, "stock") !== null) throw o.at("stock_change").unexpected("either stock or stock_change");
  return [
    {
      type: "stock.moved",
      occurred_at,
      provider_ref: o.get(id, "id"),
      sku: o.get(id, "sku"),
      change: moved,
      reason: o.maybe(text(2000), "reason"),
    },
  ];
}
