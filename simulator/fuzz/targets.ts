/** What is fuzzed: each provider's function, genuine events to start from, and its way to sign any bytes. */
import { randomUUID } from "node:crypto";
import { CERTIFICATE_PATH } from "../../local/providers/paypal.ts";
import { lettersOf } from "../body.ts";
import { fapshiEvent, fapshiTypes } from "../providers/fapshi.ts";
import { fathomEvent, fathomTypes } from "../providers/fathom.ts";
import { makeEvent, makeHeaders, makeTypes } from "../providers/make.ts";
import { paypalEvent, paypalHeaders, paypalTypes } from "../providers/paypal.ts";
import { railwayEvent, railwayTypes } from "../providers/railway.ts";
import { sign, stripeEvent, stripeTypes } from "../providers/stripe.ts";
import { signOld, whopEvent, whopTypes } from "../providers/whop.ts";
import { standardHeaders } from "../standard_webhooks.ts";

/** A checkout of the stack's that events may name. */
export interface Sale {
  checkout: string;
  /** Gives all its events the same object ids. */
  name: string;
  sku: string;
}

/** How a body is signed. All but `secret`, `now` and `id` are of the request, not of the signature. */
export interface Signing {
  body: Uint8Array;
  secret: string;
  /** In ms since the epoch. */
  now: number;
  /** Of the request, where a header carries it. */
  id: string;
  /** The stack's address: where PayPal's certificate is. */
  apiUrl: string;
  /** Whop: in the scheme of its old API. */
  old: boolean;
}

export interface Target {
  /** The last part of the function's address, where that is not the provider's name. */
  function?: string;
  /** The variable with its secret. */
  secret: string;
  types: readonly string[];
  /** The currency of the sales that its events pay. */
  currency: string;
  event(type: string, sale: Sale): string;
  headers(signing: Signing): Record<string, string>;
  /** The headers that prove anything; without them nothing is authentic. */
  signedBy: readonly string[];
  /** Whether the headers cover the body, and carry a time: Fapshi's and make.com's are the secret itself. */
  covers: { body: boolean; time: boolean };
  /** Where in a body its id is; undefined: in a header, or made from other fields. */
  idPath?: string;
  /**
   * What its function may answer to a signed event that is not to be taken: confirmed by its API (401), or refused by
   * rule (422).
   */
  turnsAway?: readonly number[];
  /** Its API must know an event before it is confirmed. */
  confirms?: boolean;
}

const standard = ["webhook-id", "webhook-timestamp", "webhook-signature"];
const json = { "content-type": "application/json" };
const bytesOf = (secret: string) => Buffer.from(secret.replace(/^whsec_/, ""), "base64");

export const TARGETS: Record<string, Target> = {
  stripe: {
    secret: "STRIPE_WEBHOOK_SECRET",
    types: stripeTypes,
    currency: "EUR",
    event: (type, { checkout, name }) => {
      const named = /^(checkout\.session|payment_intent|charge\.refunded)/.test(type);
      return stripeEvent(type, named ? { "data.object.metadata.checkout_session_id": checkout } : {}, name);
    },
    headers: ({ body, secret, now }) => ({ ...json, "stripe-signature": sign(body, secret, now) }),
    signedBy: ["stripe-signature"],
    covers: { body: true, time: true },
    idPath: "id",
  },
  paypal: {
    secret: "PAYPAL_WEBHOOK_ID",
    types: paypalTypes,
    currency: "EUR",
    event: (type, { checkout, name }) => {
      const named = type.startsWith("CHECKOUT.") ? "resource.purchase_units.0.custom_id" : "resource.custom_id";
      return paypalEvent(type, type.startsWith("CUSTOMER.") ? {} : { [named]: checkout }, name);
    },
    headers: ({ body, secret, now, apiUrl }) =>
      paypalHeaders(body, secret, now, `${apiUrl}/providers/paypal${CERTIFICATE_PATH}`),
    signedBy: ["paypal-transmission-id", "paypal-transmission-time", "paypal-transmission-sig", "paypal-cert-url"],
    // No replay window is defined: an old time is as good as a new one.
    covers: { body: true, time: false },
    idPath: "id",
    turnsAway: [401],
    confirms: true,
  },
  fapshi: {
    secret: "FAPSHI_WEBHOOK_SECRET",
    types: fapshiTypes,
    currency: "XAF",
    event: (type, { checkout, name }) => fapshiEvent(type, { externalId: checkout, amount: 4900 }, name),
    headers: ({ secret }) => ({ ...json, "x-wh-secret": secret }),
    signedBy: ["x-wh-secret"],
    covers: { body: false, time: false },
    turnsAway: [401],
    confirms: true,
  },
  whop: {
    secret: "WHOP_WEBHOOK_SECRET",
    types: whopTypes,
    currency: "EUR",
    event: (type, { checkout, name }) => {
      const total = type.startsWith("legacy.") ? "data.final_amount" : "data.total";
      const pays = /^(legacy\.)?payment\.(?!.*credit_pack)/.test(type);
      const money = { [total]: 49, "data.currency": "eur", "data.metadata": { checkout_session_id: checkout } };
      return whopEvent(type, pays ? money : {}, name);
    },
    headers: ({ body, secret, now, id, old }) => ({
      ...json,
      ...(old ? signOld(body, secret, now) : standardHeaders(id, body, secret, now)),
    }),
    signedBy: [...standard, "x-whop-signature"],
    covers: { body: true, time: true },
    idPath: "id",
  },
  fathom: {
    secret: "FATHOM_WEBHOOK_SECRET",
    types: fathomTypes,
    currency: "EUR",
    event: (type, { name }) => fathomEvent(type, {}, name),
    headers: ({ body, secret, now, id }) => ({ ...json, ...standardHeaders(id, body, bytesOf(secret), now) }),
    signedBy: standard,
    covers: { body: true, time: true },
  },
  railway: {
    function: "catalog",
    secret: "RAILWAY_WEBHOOK_SECRET",
    types: railwayTypes,
    currency: "EUR",
    event: (type, { name, sku }) => railwayEvent(type, { "data.products.0.sku": sku }, name),
    headers: ({ body, secret, now, id }) => ({ ...json, ...standardHeaders(id, body, bytesOf(secret), now) }),
    signedBy: standard,
    covers: { body: true, time: true },
    turnsAway: [422],
  },
  make: {
    secret: "MAKE_WEBHOOK_SECRET",
    types: makeTypes,
    currency: "EUR",
    event: (type, { name }) => makeEvent(type, {}, name),
    headers: ({ secret }) => makeHeaders(secret),
    signedBy: ["authorization", "x-make-secret"],
    covers: { body: false, time: false },
    idPath: "id",
    turnsAway: [422],
  },
};

/** An id for the header of a request; the same for the same words. */
export const requestId = (words: string = randomUUID()) => `msg_${lettersOf(27, words)}`;
