/**
 * Fapshi's webhooks (mobile money in Cameroon): authentication, confirmation and translation.
 *
 * A body is the current state of one transaction, the same object that GET /payment-status returns. Nothing is signed:
 * a header contains a fixed secret, whatever the body is. A webhook is therefore only a hint, and Fapshi's API is asked
 * for the transaction. A webhook is sent once and never again (docs.fapshi.com/en/api-reference/endpoint/webhook): the
 * reconciler finds what is missed.
 */

import { isSecret, secretsFrom } from "../../crypto/signature.ts";
import { refuse, secretNotConfigured, type Verdict, type WebhookRequest } from "../../crypto/verdict.ts";
import type { Fact } from "../../facts/facts.ts";
import { checkoutId, id, isoTime, Json, type Kind, minor, oneOf, text, translated } from "../../facts/json_reader.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Confirmation, Envelope, WebhookProvider } from "../webhook_provider.ts";
import { transactionId, transIdOf, unwrapTransaction } from "./transaction.ts";

export const fapshi = {
  name: "fapshi",
  keptHeaders: [], // x-wh-secret contains the secret itself
  isSigned: (headers: Headers) => headers.has("x-wh-secret"),
  signsNoBody: true,

  async verify({ headers, env }: WebhookRequest): Promise<Verdict> {
    const secrets = secretsFrom(env, "FAPSHI_WEBHOOK_SECRET");
    if (secrets.length === 0) {
      return secretNotConfigured(
        "FAPSHI_WEBHOOK_SECRET",
        "the webhook secret of the service from Fapshi's dashboard (without spaces)",
      );
    }
    const header = headers.get("x-wh-secret");
    if (!header) {
      return refuse(
        "signature_missing",
        "There is no x-wh-secret header. Fapshi sends it when the service has a webhook secret: " +
          "set one in Fapshi's dashboard.",
      );
    }
    if (!(await isSecret(header, secrets))) {
      return refuse(
        "signature_wrong",
        `The x-wh-secret header is none of the secrets in FAPSHI_WEBHOOK_SECRET (${secrets.length} set). ` +
          "Check that it is the secret of this service (sandbox and live have different ones). " +
          "The dashboard does not show a secret again: if it is lost, set a new one in both places.",
      );
    }
    return { authentic: true, trust: "unconfirmed" }; // The secret does not protect the body: see `confirm`.
  },

  parse: (body: string): unknown => unwrapTransaction(JSON.parse(body)),

  async confirm(event: unknown, env: Environment, signal: AbortSignal): Promise<Confirmation> {
    const transId = transIdOf(event);
    if (transId === null) {
      const detail =
        `The body has no transId of ${transactionId.name}, so Fapshi cannot be asked about the transaction. ` +
        "Send the body of a Fapshi webhook.";
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
      `Fapshi has no transaction ${transId}. If it exists, check FAPSHI_BASE_URL (sandbox and live have separate ` +
      "transactions) and FAPSHI_API_USER (a service has access only to its own).";
    return { outcome: "unknown", refusal: { code: "transaction_unknown", detail } };
  },

  /** Events have no id. Transaction and status identify one: the same status again is not a new event. */
  read(event: unknown) {
    const transaction = new Json(event);
    const transId = transaction.get(transactionId, "transId");
    // A status that nobody knows is kept under its own name, and translating it throws.
    const type = transaction.get(anyStatus, "status");
    return { id: `${transId}:${type}`, type, occurredAt: transaction.readable(isoTime, ...DATES), subject: transId };
  },

  /** Without a time that can be read, it is as of now: Fapshi has just been asked. */
  translate(event: unknown, { occurredAt }: Envelope): Fact[] {
    const transaction = new Json(event);
    const type = transaction.get(statusKind, "status");
    const occurred_at = occurredAt ?? new Date().toISOString();
    return translated(type, () =>
      transaction.maybe(direction, "transType") === "out" ? [] : [{ ...translators[type](transaction), occurred_at }],
    );
  },
} satisfies WebhookProvider;

/** The time of the current status: dateConfirmed once it is paid; for other statuses only the start is known. */
const DATES = ["dateConfirmed", "dateInitiated"] as const;

/** As `oneOf`, for values that the provider writes in any letter case. */
function anyCase<T>(values: Record<string, T>): Kind<T> {
  const kind = oneOf(values);
  return { ...kind, read: (value) => kind.read(typeof value === "string" ? value.toUpperCase() : value) };
}

/**
 * A collection is incoming money, a payout outgoing. Only newer transactions have it; a payout service cannot collect.
 */
const direction = anyCase({ COLLECTION: "in", PAYOUT: "out" });

/** The CFA franc has no minor unit: 30000 is 30 000 FCFA. */
const francs: Kind<number> = {
  name: "a whole amount of XAF, 0 or more",
  read: (value) => minor.read(typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value),
};

const payment = (transaction: Json) => ({
  provider_ref: transaction.get(transactionId, "transId"),
  checkout_session_id: transaction.maybe(checkoutId, "externalId"),
  amount_minor: transaction.get(francs, "amount"),
  currency: "XAF",
  customer_ref: transaction.maybe(id, "userId"),
  email: transaction.maybe(text(320), "email"),
});

const paymentFact =
  (type: "payment.created" | "payment.pending" | "payment.captured" | "payment.expired") => (transaction: Json) => ({
    type,
    ...payment(transaction),
  });

/** FAILED is not final: the payer may try again until the link expires, and the same transaction may succeed. */
const paymentFailed = (transaction: Json) => ({
  type: "payment.failed" as const,
  ...payment(transaction),
  failure_code: null,
  failure_message: transaction.maybe(text(2000), "reason"),
});

/** The fact of a transaction with this status. */
const translators = {
  CREATED: paymentFact("payment.created"),
  PENDING: paymentFact("payment.pending"),
  SUCCESSFUL: paymentFact("payment.captured"),
  FAILED: paymentFailed,
  EXPIRED: paymentFact("payment.expired"),
};

type Status = keyof typeof translators;
const statusKind: Kind<Status> = anyCase(
  Object.fromEntries((Object.keys(translators) as Status[]).map((status) => [status, status])),
);

const anyStatus: Kind<string> = {
  name: statusKind.name,
  read: (value) =>
    typeof value === "string" && /^[a-z_]{1,40}$/i.test(value) ? value.toUpperCase() : statusKind.read(value),
};
