/** A stand-in for Fapshi's API (docs.fapshi.com): its transactions, how each stands, and links to pay. */
import { randomUUID } from "node:crypto";
import {
  type Asked,
  type Outcome,
  type Payable,
  type PayPage,
  type PayPageUrl,
  readableAmount,
  type StandIn,
  standIn,
} from "./stand_in.ts";

/** As a webhook's body has it. */
export interface Transaction extends Record<string, unknown> {
  transId: string;
  status: string;
}

/** What is not documented, or differs from one edition of the documents to another. */
interface Habits {
  /** Answers a transaction as a list of one. */
  answersWithArrays: boolean;
  /** Whether the day that a search ends with is part of it. */
  searchesEndInclusive: boolean;
}

export interface FapshiStandIn extends StandIn, Payable, Habits {
  /** By transId; free to be looked at and altered. */
  readonly transactions: Map<string, Transaction>;
}

export function createFapshi(habits: Partial<Habits> = {}, payPageUrl?: PayPageUrl): FapshiStandIn {
  const transactions = new Map<string, Transaction>();

  function put(body: string): void {
    const transaction: Transaction = JSON.parse(body);
    transactions.set(transaction.transId, transaction);
  }

  function answer(asked: Asked, url: URL): Response | null {
    if (!asked.headers.get("apiuser") || !asked.headers.get("apikey")) return error(403, "invalid api credentials");
    if (asked.method === "GET" && hasBody(asked)) return error(400, "GET requests must not contain a body");
    const [, call, transId = ""] = url.pathname.split("/");
    switch (`${asked.method} ${call}`) {
      case "GET payment-status":
        return paymentStatus(transId);
      case "GET search":
        return Response.json(search(url.searchParams));
      case "POST initiate-pay":
        return withObject(asked.body, initiatePay);
      case "POST expire-pay":
        return withObject(asked.body, expirePay);
    }
    return null;
  }

  function paymentStatus(transId: string): Response {
    const transaction = transactions.get(transId);
    if (!transaction) return error(404, "Transaction not found");
    return Response.json(fapshi.answersWithArrays ? [transaction] : transaction);
  }

  function search(query: URLSearchParams): Transaction[] {
    // What is of another form is ignored.
    const given = (name: string, form: RegExp) => form.exec(query.get(name) ?? "")?.[0];
    const status = given("status", /^(created|pending|successful|failed|expired)$/i)?.toUpperCase();
    const medium = given("medium", /^(mobile money|orange money|fapshi)$/);
    const start = given("start", /^\d{4}-\d\d-\d\d$/);
    const end = given("end", /^\d{4}-\d\d-\d\d$/);
    const amount = given("amt", /^\d+$/);
    const limit = Number(given("limit", /^([1-9]\d?|100)$/) ?? 10);
    const begun = (transaction: Transaction) => String(transaction.dateInitiated ?? "");
    const found = [...transactions.values()].filter((one) => {
      const day = begun(one).slice(0, 10);
      return (
        (!status || one.status.toUpperCase() === status) &&
        (!medium || one.medium === medium) &&
        (!start || day >= start) &&
        (!end || day < end || (fapshi.searchesEndInclusive && day === end)) &&
        (!amount || Number(one.amount) === Number(amount))
      );
    });
    found.sort((a, b) => (begun(a) < begun(b) ? -1 : begun(a) > begun(b) ? 1 : 0));
    if (query.get("sort") !== "asc") found.reverse();
    return found.slice(0, limit);
  }

  function initiatePay({
    amount,
    email = null,
    redirectUrl = null,
    userId = null,
    externalId = null,
  }: Record<string, unknown>): Response {
    if (amount === undefined) return error(400, "amount required");
    if (!Number.isInteger(amount)) return error(400, "amount must be of type integer");
    if ((amount as number) < 100) return error(400, "amount cannot be less than 100 XAF");
    const id = randomUUID();
    const transaction: Transaction = {
      transId: id.slice(0, 8),
      status: "CREATED",
      medium: null,
      serviceName: "Signalbox",
      transType: "Collection",
      amount,
      revenue: 0,
      payerName: null,
      ...{ email, redirectUrl, externalId, userId },
      webhook: null,
      financialTransId: null,
      dateInitiated: new Date().toISOString(),
      dateConfirmed: null,
    };
    transactions.set(transaction.transId, transaction);
    const { transId, dateInitiated } = transaction;
    return Response.json({
      message: "Request successful",
      link: payPageUrl?.(transId) ?? `https://checkout.fapshi.com/payment/${id}`,
      transId,
      dateInitiated,
    });
  }

  function expirePay({ transId }: Record<string, unknown>): Response {
    const transaction = transactions.get(String(transId));
    if (!transaction) return error(404, "Transaction not found");
    if (transaction.status === "EXPIRED") return error(400, "Link already expired");
    if (transaction.status === "SUCCESSFUL") return error(400, "Link already paid");
    transaction.status = "EXPIRED";
    return Response.json(transaction);
  }

  /** It has one way back, whatever the outcome. */
  function page(ref: string): PayPage | undefined {
    const transaction = transactions.get(ref);
    if (!transaction) return undefined;
    const { status, amount, redirectUrl } = transaction;
    return {
      amount: readableAmount(Number(amount), "XAF"),
      status: status === "PENDING" ? "waiting" : ["SUCCESSFUL", "EXPIRED"].includes(status) ? "over" : "open",
      successUrl: typeof redirectUrl === "string" ? redirectUrl : null,
      cancelUrl: null,
      retries: false,
    };
  }

  /** A failed attempt is told of, and may be followed by another; one under way is not told of. */
  function pay(ref: string, outcome: Outcome): string[] {
    const transaction = transactions.get(ref);
    if (!transaction || ["SUCCESSFUL", "EXPIRED"].includes(transaction.status))
      throw new Error(`nobody can pay ${ref} at Fapshi`);
    const status = { captured: "SUCCESSFUL", failed: "FAILED", pending: "PENDING" }[outcome];
    Object.assign(transaction, { status, medium: "mobile money", payerName: "AMINA BUYER" });
    if (outcome === "pending") return [];
    const isPaid = outcome === "captured";
    const revenue = isPaid ? Math.floor(Number(transaction.amount) * 0.97) : 0;
    const financialTransId = isPaid ? String(Number.parseInt(randomUUID().slice(0, 8), 16)) : null;
    Object.assign(transaction, { revenue, financialTransId, dateConfirmed: new Date().toISOString() });
    return [JSON.stringify(transaction)];
  }

  const fapshi: FapshiStandIn = Object.assign(standIn({ put, answer }), {
    transactions,
    pay,
    page,
    answersWithArrays: false,
    searchesEndInclusive: true,
    ...habits,
  });
  return fapshi;
}

function error(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

/** The gateway hands no body of a GET on, but its headers tell of one. */
function hasBody({ body, headers }: Asked): boolean {
  return body !== "" || Number(headers.get("content-length")) > 0 || headers.has("transfer-encoding");
}

function withObject(body: string, then: (object: Record<string, unknown>) => Response): Response {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // answered like anything else that is no object
  }
  return typeof value === "object" && value !== null
    ? then(value as Record<string, unknown>)
    : error(400, "invalid type, object expected");
}
