/**
 * What happened in a run of the chaos lab, as plain data: what was sent and answered, what the providers and the
 * receivers say, and what the database holds at the end. It has no secret in it, so that it may be kept in a file.
 * Times are in ms since the epoch, amounts in minor units.
 */

/** One event of a provider, however often it was sent. */
export interface SentEvent {
  provider: string;
  type: string;
  /** The body, by its SHA-256: the same body is the same event. */
  sha256: string;
  /** Whether the provider really sent it, so that it must be taken; else it must be refused. */
  authentic: boolean;
  /** Only the API tells that it is false: where that does not answer, it is kept, and has no effect. */
  keptUnconfirmed: boolean;
  /** The checkout it says something about. */
  checkout: string | null;
  /** `id`: of the row in inbox.events, as a 2xx names it. Status 0: there was no answer. */
  answers: { at: number; status: number; id: string | null }[];
}

/** One request that reached a receiver. */
export interface Arrival {
  destination: string;
  /** The receiver's dedup key: webhook-id, or the id of a forwarded event. */
  id: string;
  at: number;
  /** Whether the receiver's own library accepted the signature. */
  verified: boolean;
  /** The answer's status; null: it hung, or broke the connection off. */
  status: number | null;
  /** When it was answered. */
  answeredAt: number | null;
  /** Of a message about a row: the row, and the number that grows with every message. */
  record: string | null;
  sequence: number | null;
}

/** What the receivers accepted for good. */
export const isAccepted = ({ status }: Arrival) => status !== null && status >= 200 && status < 300;

/** What a checkout was for, and how it went at the provider, by the provider's own record. */
export interface Sale {
  checkout: string;
  provider: string;
  sku: string;
  quantity: number;
  currency: string;
  /** What the provider took of the buyer, and what it gave back. */
  capturedMinor: number;
  refundedMinor: number;
  /** What an admin asked to be given back. */
  refundDueMinor: number;
}

/** A pack of credits, as its provider says it. */
export interface CreditSale {
  paymentRef: string;
  credits: number;
  refunded: boolean;
}

/** A time in which a second sending is no fault: what a claim or a result was written to, or sent over, was gone. */
export interface Disruption {
  kind: "database" | "courier" | "network";
  /** Of a network: which. */
  destination: string | null;
  from: number;
  to: number;
}

/** What the database holds of this run, at its end. */
export interface Snapshot {
  events: { id: string; provider: string; sha256: string; status: string; trust: string; error: string | null }[];
  deliveries: {
    id: number;
    /** webhook-id, or the id of the forwarded event. */
    messageId: string;
    destination: string;
    record: string;
    status: string;
    error: string | null;
    /** Its attempts that ended without an answer, as the courier saw it. */
    unanswered: number;
  }[];
  /** Destination and webhook-id of what was written before the run, as by a reconciler between two, and sent in it. */
  earlier: string[];
  payments: {
    provider: string;
    ref: string;
    checkout: string | null;
    currency: string;
    capturedMinor: number;
    refundedMinor: number;
  }[];
  orders: { id: string; checkout: string; status: string; totalMinor: number }[];
  /** `free`: what can be sold; `given`: everything that was ever put on the shelf. */
  products: { sku: string; free: number | null; held: number; taken: number; given: number | null }[];
  cohorts: { sku: string; capacity: number; seats: number }[];
  /** The ledger's sum of each payment. */
  credits: { paymentRef: string; credits: number }[];
  /** ops.audit_consistency. */
  inconsistencies: { what: string; which: string; why: string }[];
  /** ops.attention. */
  attention: { what: string; which: string; why: string }[];
}

export interface History {
  from: number;
  /** How long one attempt of a delivery may take. */
  timeoutMs: number;
  sent: SentEvent[];
  arrivals: Arrival[];
  sales: Sale[];
  credits: CreditSale[];
  disruptions: Disruption[];
  /** Secrets that stand in clear somewhere: which, and where. */
  leaks: { secret: string; where: string }[];
  /** What did not come to rest after everything was healed; empty: all did. */
  unsettled: string[];
  end: Snapshot;
}
