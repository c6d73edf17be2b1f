/**
 * The functions as callers see them: for each operation its request and its answers, as zod schemas. Errors are in
 * docs/errors.md, and are added from there. tests/stack/docs/openapi.test.ts holds real answers against them.
 */
import { z } from "zod";
import { PROVIDERS } from "../../functions/_shared/providers/registry.ts";

export interface Parameter {
  in: "header" | "query";
  name: string;
  description: string;
  required?: boolean;
  schema: z.ZodType;
}

export interface Operation {
  /** Below /functions/v1. */
  path: string;
  method: "get" | "post";
  id: string;
  tag: "Storefront" | "Receivers" | "Webhooks" | "Operations";
  summary: string;
  description: string;
  /** What a caller shows; several are alternatives. Empty: nothing. */
  security: SecurityScheme[];
  parameters?: Parameter[];
  request?: { required: boolean; schema: z.ZodType };
  /** By status. */
  answers: Record<number, { description: string; schema: z.ZodType }>;
  /** Answers that are not JSON, by status and type. */
  text?: Record<number, string>;
  /** The names under which docs/errors.md lists its errors. */
  errorsOf: string[];
}

export type SecurityScheme = keyof typeof SECURITY_SCHEMES | "none";

export const SECURITY_SCHEMES = {
  session: {
    type: "http",
    scheme: "bearer",
    description: "The access token of Supabase Auth: a signed-in buyer. Guests send none.",
  },
  checkout_token: {
    type: "apiKey",
    in: "header",
    name: "x-checkout-token",
    description: "The token that came with a checkout: its buyer, without an account.",
  },
  pull_key: { type: "http", scheme: "bearer", description: "The function secret <DESTINATION>_PULL_KEY." },
  health_key: { type: "http", scheme: "bearer", description: "The function secret HEALTH_KEY." },
  make_secret: { type: "http", scheme: "bearer", description: "The function secret MAKE_WEBHOOK_SECRET." },
  provider_signature: {
    type: "apiKey",
    in: "header",
    name: "the provider's own",
    description: "Each provider signs in its own way: docs/guides/add_a_provider.md.",
  },
} as const;

// --- What several have ---

const minor = z.int().min(0);
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .describe("ISO 4217");
const time = z.iso.datetime({ offset: true });
const id = z.uuid();
const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .describe("ISO 3166-1 alpha-2");
const line = z.string().min(1).max(200);
const checkoutState = z.enum([
  ...["open", "processing", "paid", "in_review", "failed", "cancelled", "expired", "unpaid", "refunded"],
] as [string, ...string[]]);

const item = z.strictObject({
  sku: z.string(),
  name: z.string(),
  quantity: z.int().min(1),
  unit_price_minor: minor,
  starts_at: time.nullable().describe("Of tutoring sessions only."),
});

// --- Storefront ---

const checkoutRequest = z.strictObject({
  items: z
    .array(
      z.strictObject({
        sku: z.string().min(1).max(255),
        quantity: z.int().min(1),
        starts_at: time.nullable().optional().describe("For tutoring sessions only: one of free_times."),
      }),
    )
    .min(1)
    .max(100),
  provider: z
    .enum(Object.keys(PROVIDERS).filter((name) => PROVIDERS[name]!.gateway) as [string, ...string[]])
    .optional()
    .describe("Where to pay. Not needed where nothing is to be paid."),
  method: z
    .string()
    .nullable()
    .optional()
    .describe("Stripe: checkout_session (the default) or payment_intent. Others have one method."),
  currency: currency.nullable().optional().describe("Which prices. Default: the products' own; with Fapshi, XAF."),
  email: z.email().nullable().optional().describe("Required for guests; of a session the account's address counts."),
  success_url: z.url().nullable().optional().describe("Below one of the addresses in STOREFRONT_URL."),
  cancel_url: z.url().nullable().optional(),
  challenge: z.string().nullable().optional().describe("The token of the Turnstile widget, where guests are asked."),
  discount_code: z.string().max(60).nullable().optional(),
  shipping_address: z
    .strictObject({
      line1: line,
      line2: line.nullable().optional(),
      city: line,
      region: line.nullable().optional(),
      postal_code: line.nullable().optional(),
      country,
    })
    .nullable()
    .optional(),
  shipping_country: country.nullable().optional().describe("In place of the address, where the provider's page asks."),
  recipient_name: line.nullable().optional(),
  recipient_phone: z.string().max(40).nullable().optional(),
});

const checkout = z.strictObject({
  checkout_session_id: id,
  state: z.literal("open"),
  items: z.array(item),
  currency,
  subtotal_minor: minor,
  discount_minor: minor,
  discount_code: z.string().nullable(),
  shipping_minor: minor,
  tax_minor: minor,
  tax_included: z.boolean(),
  total_minor: minor,
  expires_at: time.describe("Until then the items are kept."),
  provider: z.string().describe("free: there is nothing to pay."),
  redirect_url: z.url().nullable().describe("Send the buyer there to pay."),
  client_secret: z.string().nullable().describe("For a form in your own page (Stripe's payment_intent)."),
  token: z.string().describe("Proves a guest's checkout: x-checkout-token."),
});

const access = z.strictObject({
  checkout_session_id: id,
  token: z.string().optional().describe("Or the header x-checkout-token, or a session."),
});

const paymentStatus = z.strictObject({
  checkout_session_id: id,
  state: checkoutState,
  total_minor: minor,
  currency,
  expires_at: time,
  waited_ms: z.int().min(0).describe("Since the buyer first asked."),
  late: z.boolean().describe("Longer than a webhook takes."),
  failure: z.string().nullable(),
  order: z
    .strictObject({
      id,
      number: z.int(),
      status: z.string(),
      total_minor: minor,
      currency,
      items: z.array(
        z.strictObject({
          sku: z.string(),
          name: z.string(),
          quantity: z.int(),
          unit_price_minor: minor,
          discount_minor: minor,
        }),
      ),
    })
    .nullable(),
  show: z.strictObject({ title: z.string(), text: z.string() }).describe("What a page may show."),
  ask_again_in_ms: z.int().nullable().describe("Null: nothing changes any more."),
});

const session: SecurityScheme[] = ["session", "none"];
const owner: SecurityScheme[] = ["checkout_token", "session"];
const CHECKOUT_ID: Parameter = {
  in: "query",
  name: "checkout_session_id",
  description: "As checkout answered it.",
  required: true,
  schema: id,
};

const STOREFRONT: Operation[] = [
  {
    path: "/checkout",
    method: "post",
    id: "checkout",
    tag: "Storefront",
    summary: "Begins a purchase",
    description:
      "Reserves the items at today's prices, creates the payment at the provider, and answers where to pay. " +
      "After an error nothing stays reserved.",
    security: session,
    parameters: [
      {
        in: "header",
        name: "idempotency-key",
        description: "A new uuid for each purchase, and the same one when the same purchase is sent again.",
        required: true,
        schema: z.string().min(16).max(255),
      },
    ],
    request: { required: true, schema: checkoutRequest },
    answers: {
      201: { description: "A new checkout.", schema: checkout },
      200: {
        description: "The same request again: the same answer, or what became of the checkout.",
        schema: checkout.extend({ state: checkoutState }).partial(),
      },
    },
    errorsOf: ["checkout"],
  },
  {
    path: "/checkout/cancel",
    method: "post",
    id: "cancelCheckout",
    tag: "Storefront",
    summary: "Cancels a checkout that is not paid",
    description: "Releases what it reserved. The state is what came of it: it may have been paid meanwhile.",
    security: owner,
    request: { required: true, schema: access },
    answers: { 200: { description: "What it is now.", schema: z.strictObject({ state: checkoutState }) } },
    errorsOf: ["checkout/cancel"],
  },
  {
    path: "/payment-status",
    method: "get",
    id: "paymentStatus",
    tag: "Storefront",
    summary: "The status of a checkout",
    description: "While the buyer waits, the provider is asked, and its answer received like a webhook.",
    security: owner,
    parameters: [CHECKOUT_ID],
    answers: { 200: { description: "The status.", schema: paymentStatus } },
    errorsOf: ["payment-status"],
  },
  {
    path: "/payment-status",
    method: "post",
    id: "paymentStatusByPost",
    tag: "Storefront",
    summary: "The status of a checkout, with the token in the body",
    description: "As by GET.",
    security: owner,
    request: { required: true, schema: access },
    answers: { 200: { description: "The status.", schema: paymentStatus } },
    errorsOf: ["payment-status"],
  },
];

// --- Receivers ---

const message = z.looseObject({
  type: z.string().describe("docs/reference/messages.schema.json has the schema of each type."),
  timestamp: time,
  data: z.looseObject({}),
  change: z.looseObject({}),
});

const RECEIPT_PARAMETERS: Parameter[] = [
  {
    in: "query",
    name: "delivery",
    description: "As in receipt_url.",
    required: true,
    schema: z.string().regex(/^\d{1,18}$/),
  },
  {
    in: "query",
    name: "signature",
    description: "As in receipt_url.",
    required: true,
    schema: z.string().regex(/^[0-9a-f]{64}$/),
  },
];
const receiptAnswer = z.strictObject({
  status: z.enum(["processed", "failed"]),
  late: z.boolean(),
  duplicate: z.boolean(),
});
const receipt: Omit<Operation, "method" | "id"> = {
  path: "/receipt",
  tag: "Receivers",
  summary: "Says that the work of a message is done, or failed",
  description: "At the receipt_url of a message, unchanged. What an admin reads is the error.",
  security: ["none"],
  parameters: RECEIPT_PARAMETERS,
  answers: { 200: { description: "It is recorded.", schema: receiptAnswer } },
  errorsOf: ["receipt"],
};

const RECEIVERS: Operation[] = [
  {
    path: "/changes",
    method: "get",
    id: "changes",
    tag: "Receivers",
    summary: "Reads the messages of a destination",
    description: "Each message once, those of a record in order. What is read is pushed all the same.",
    security: ["pull_key"],
    parameters: [
      {
        in: "query",
        name: "destination",
        description: "railway",
        required: true,
        schema: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
      },
      {
        in: "query",
        name: "after",
        description: "The cursor of the last answer. None: from the first.",
        schema: z.string(),
      },
      { in: "query", name: "limit", description: "Default 100.", schema: z.int().min(1).max(500) },
    ],
    answers: {
      200: {
        description: "The next messages.",
        schema: z.strictObject({ messages: z.array(message), cursor: z.string(), more: z.boolean() }),
      },
    },
    errorsOf: ["changes"],
  },
  { ...receipt, method: "get", id: "receipt" },
  {
    ...receipt,
    method: "post",
    id: "receiptWithError",
    request: {
      required: false,
      schema: z.looseObject({
        status: z.enum(["processed", "failed"]).optional(),
        error: z.string().optional().describe("Why it failed; at most 2000 characters are kept."),
      }),
    },
  },
];

// --- Webhooks ---

const received = {
  id: id.describe("Of the archived event."),
  status: z.enum(["received", "applied", "ignored", "parked", "failed", "dead"]),
  duplicate: z.boolean().describe("It was received before; nothing was done."),
};
const catalogProduct = z.strictObject({
  sku: z.string().min(1).max(255),
  id: z.string().optional().describe("Of a movement of stock: each is applied once."),
  version: z.int().min(1).optional(),
  name: z.string().optional(),
  description: z.string().nullable().optional(),
  price_minor: minor.optional(),
  currency: currency.optional(),
  active: z.boolean().optional(),
  stock: z.int().min(0).optional(),
  stock_version: z.int().min(1).optional(),
  stock_change: z.int().optional(),
  reason: z.string().nullable().optional(),
});

const webhook = (name: string): Operation => ({
  path: `/${name}`,
  method: "post",
  id: `${name}Webhook`,
  tag: "Webhooks",
  summary: `Receives ${name}'s webhooks`,
  description: "Answers 200 once the event is durable, whatever its status is; a duplicate as well.",
  security: ["provider_signature"],
  request: { required: true, schema: z.looseObject({}).describe("The provider's own body.") },
  answers: { 200: { description: "The event is kept.", schema: z.strictObject(received) } },
  errorsOf: ["webhooks", name],
});

const WEBHOOKS: Operation[] = [
  ...Object.keys(PROVIDERS)
    .filter((name) => name !== "railway" && name !== "make")
    .map(webhook),
  {
    ...webhook("catalog"),
    summary: "Receives the backend's catalogue updates",
    description: "Signed by Standard Webhooks. docs/guides/receive_messages.md, “Write back”.",
    request: {
      required: true,
      schema: z.looseObject({
        type: z.literal("catalog.updated"),
        timestamp: time.optional(),
        data: z.looseObject({ products: z.array(catalogProduct).max(500) }),
      }),
    },
    answers: {
      200: {
        description: "The event is kept. products: as they are now.",
        schema: z.strictObject({
          ...received,
          error: z.string().optional(),
          products: z.array(
            z.strictObject({
              sku: z.string(),
              known: z.boolean(),
              version: z.int().nullable(),
              own_version: z.int().nullable(),
              stock: z.int().nullable(),
              stock_version: z.int().nullable(),
              active: z.boolean().nullable(),
            }),
          ),
        }),
      },
    },
  },
  {
    ...webhook("make"),
    summary: "Receives what make.com may report",
    description: "Three types of event and no others: docs/guides/receive_messages.md, “What make.com may report”.",
    security: ["make_secret"],
    request: {
      required: true,
      schema: z.looseObject({
        id: z.string(),
        type: z.string(),
        occurred_at: time,
        data: z.looseObject({}),
      }),
    },
    answers: {
      200: { description: "The event is kept.", schema: z.strictObject({ ...received, error: z.string().optional() }) },
    },
  },
];

// --- Operations ---

const health = z.looseObject({
  status: z.enum(["ok", "degraded", "down"]),
  reasons: z.array(z.string()).optional().describe("With the key only, as all else."),
});

const OPERATIONS: Operation[] = [
  {
    path: "/health",
    method: "get",
    id: "health",
    tag: "Operations",
    summary: "Whether all is well",
    description: "For an uptime monitor. With the key it says why, with all details.",
    security: ["health_key", "none"],
    answers: {
      200: { description: "ok or degraded.", schema: health },
      503: { description: "down.", schema: health },
    },
    errorsOf: ["health"],
  },
  {
    path: "/health/metrics",
    method: "get",
    id: "metrics",
    tag: "Operations",
    summary: "All figures in Prometheus' format",
    description: "signalbox_up, signalbox_deliveries_due and others.",
    security: ["health_key"],
    answers: {},
    text: { 200: "text/plain" },
    errorsOf: ["health"],
  },
];

export const OPERATIONS_OF_ALL: Operation[] = [...STOREFRONT, ...RECEIVERS, ...WEBHOOKS, ...OPERATIONS];
