/**
 * Fapshi's webhooks (mobile money in Cameroon): what they carry, and how they are confirmed.
 *
 * A body is one transaction as it stands, the same that GET /payment-status answers. Nothing is signed: a header repeats
 * a secret, whatever the body says. So a webhook is only a hint that something happened, and Fapshi's API is asked what.
 * It is sent once and never again (docs.fapshi.com/en/api-reference/endpoint/webhook): what is missed, the reconciler finds.
 */

import { isSecret, secretsFrom } from "../../crypto/signature.ts";
import { refuse, secretNotConfigured, type Verdict, type WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import {
  checkoutId,
  id,
  isoTime,
  Json,
  type Kind,
  minor,
  oneOf,
  orNull,
  text,
  translated,
} from "../../facts/json_reader.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Confirmation, WebhookProvider } from "../webhook_provider.ts";
import { transactionId, transIdOf, unwrapTransaction } from "./transaction.ts";

export const fapshi = {
  name: "fapshi",
  keptHeaders: [], // x-wh-secret is the secret itself

  async verify({ headers, env }: WebhookRequest): Promise<Verdict> {
    const secrets = secretsFrom(env, "FAPSHI_WEBHOOK_SECRET");
    if (secrets.length === 0) {
      return secretNotConfigured(
        "FAPSHI_WEBHOOK_SECRET",
        "the webhook secret that you gave the service in Fapshi's dashboard (one without spaces)",
      );
    }
    const header = headers.get("x-wh-secret");
    if (!header) {
      return refuse(
        "signature_missing",
        "There is no x-wh-secret header. Fapshi sends it once the service has a webhook secret: set one in Fapshi's dashboard.",
      );
    }
    if (!(await isSecret(header, secrets))) {
      return refuse(
        "signature_wrong",
        `The x-wh-secret header is no secret in FAPSHI_WEBHOOK_SECRET (there: ${secrets.length}). Check that it is this service's own ` +
          "(sandbox and live each have another); the dashboard does not show it again, so if it is lost, set a new one there and here.",
      );
    }
    return { authentic: true, trust: "unconfirmed" }; // who knows the secret can say anything: see confirm
  },

  parse: (body: string): unknown => unwrapTransaction(JSON.parse(body)),

  async confirm(event: unknown, env: Environment, signal: AbortSignal): Promise<Confirmation> {
    const transId = transIdOf(event);
    if (transId === null) {
      const detail = `The body has no transId of ${transactionId.name}, so Fapshi cannot be asked about it. Check what the sender sends.`;
      return { outcome: "unknown", refusal: { code: "transaction_malformed", detail } };
    }
    try {
      const { openFapshi } = await import("./api.ts");
      const transaction = await openFapshi(env).transaction(transId, signal);
      if (transaction !== null) return { outcome: "confirmed", ...transaction };
    } catch (error) {
      return { outcome: "unanswered", why: error instanceof Error ? error.message : String(error) };
    }
    const detail =
      `Fapshi knows no transaction ${transId}. If it should, check FAPSHI_BASE_URL: sandbox and live know only their own, ` +
      "and a service only those made with its FAPSHI_API_USER.";
    return { outcome: "unknown", refusal: { code: "transaction_unknown", detail } };
  },

  /** There is no id of an event: a transaction that comes to have the same status again says nothing new. */
  read(event: unknown) {
    const transaction = new Json(event);
    const transId = transaction.get(transactionId, "transId");
    // A status that nobody knows is kept under its own name, and translating it throws.
    const type = transaction.get(anyStatus, "status");
    const occurredAt = orNull(() => transaction.maybe(isoTime, ...DATES));
    return { id: `${transId}:${type}`, type, occurredAt, subject: transId };
  },

  translate(event: unknown): Fact[] {
    const transaction = new Json(event);
    const type = transaction.get(statusKind, "status");
    return translated(type, () =>
      transaction.maybe(direction, "transType") === "out" ? [] : [says[type](transaction)],
    );
  },
} satisfies WebhookProvider;

/** When it became what it is: dateConfirmed once it was paid, else only its beginning is told. */
const DATES = ["dateConfirmed", "dateInitiated"] as const;

/** The provider's words, in any letter case. */
function anyCase<T>(words: Record<string, T>): Kind<T> {
  const kind = oneOf(words);
  return { ...kind, read: (value) => kind.read(typeof value === "string" ? value.toUpperCase() : value) };
}

/** Money comes in with a collection, and goes out with a payout. Only newer transactions say which; a payout service cannot collect. */
const direction = anyCase({ COLLECTION: "in", PAYOUT: "out" });

/** The CFA franc has no minor unit: 30000 is 30 000 FCFA. */
const francs: Kind<number> = {
  name: "a whole amount of XAF, 0 or more",
  read: (value) => minor.read(typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value),
};

const payment = (transaction: Json) => ({
  occurred_at: transaction.get(isoTime, ...DATES),
  provider_ref: transaction.get(transactionId, "transId"),
  checkout_session_id: transaction.maybe(checkoutId, "externalId"),
  amount_minor: transaction.get(francs, "amount"),
  currency: "XAF",
  customer_ref: transaction.maybe(id, "userId"),
  email: transaction.maybe(text(320), "email"),
});

const pays =
  (type: "payment.created" | "payment.pending" | "payment.captured" | "payment.expired") =>
  (transaction: Json): Fact => ({ type, ...payment(transaction) });

/** FAILED is not final: the payer may try again until the link expires, and the same transaction succeed. */
const fails = (transaction: Json): Fact => ({
  type: "payment.failed",
  ...payment(transaction),
  failure_code: null,
  failure_message: transaction.maybe(text(2000), "reason"),
});

const says = {
  CREATED: pays("payment.created"),
  PENDING: pays("payment.pending"),
  SUCCESSFUL: pays("payment.captured"),
  FAILED: fails,
  EXPIRED: pays("payment.expired"),
};

type Status = keyof typeof says;
const statusKind: Kind<Status> = anyCase(
  Object.fromEntries((Object.keys(says) as Status[]).map((status) => [status, status])),
);

const anyStatus: Kind<string> = {
  name: statusKind.name,
  read: (value) =>
    typeof value === "string" && /^[a-z_]{1,40}$/i.test(value) ? value.toUpperCase() : statusKind.read(value),
};
