/**
 * How a provider's webhooks are checked and read: `<name>/webhook.ts` fills in this interface with everything we know
 * about them. Pure: no I/O but in `verify`, `confirm` and `answer`.
 */

import type { Refusal, Verdict, WebhookRequest } from "../crypto/verdict.ts";
import type { Fact } from "../facts/facts.ts";
import type { Database } from "../platform/database.ts";
import type { Environment } from "../platform/environment.ts";
import type { FunctionRow, Nullable } from "../platform/rows.ts";

/** What every event has, whatever happened. */
export interface Envelope {
  /** The provider's id of the event: duplicates are dropped by it. */
  id: string;
  type: string;
  /** When it happened by the provider's clock, ISO 8601 UTC; null where it does not say. */
  occurredAt: string | null;
  /** The provider's id of the object the event is about: events of one subject are forwarded in order. */
  subject: string | null;
  /** The version of the provider's API that the event is shaped by, where it says. */
  version?: string | null;
  /** The provider's id of the account that the event is of, where it says. */
  account?: string | null;
  /** Whether it happened with real money; null or absent where it does not say. */
  livemode?: boolean | null;
}

/** What the provider's API says about an event that its signature alone does not prove. */
export type Confirmation =
  /**
   * What the API answered, in the shape of a webhook body: `event` is read instead of the webhook's own body, `text` is
   * archived beside it.
   */
  | { outcome: "confirmed"; event: unknown; text: string }
  /** The provider knows no such thing: the event is not authentic. */
  | { outcome: "unknown"; refusal: Refusal }
  /** The API did not answer: the event is stored as unconfirmed, and asked about again. */
  | { outcome: "unanswered"; why: string };

/** What became of an event. It is durable. `error`: why it is not applied, where it should be. */
export type ReceivedResult = Nullable<
  Pick<FunctionRow<"inbox", "receive">, "id" | "status" | "duplicate" | "error">,
  "error"
>;

export interface WebhookProvider {
  /**
   * Lower case: its name in the registry, in `inbox.events`, in `<NAME>_WEBHOOK_SECRET` and, unless another is chosen,
   * of its function.
   */
  name: string;
  /**
   * The types of event that are acted on, in the provider's words: those to subscribe its webhook to. Absent: there is
   * nothing to choose.
   */
  eventTypes?(): readonly string[];
  /** Whether a request is really from the provider. Never throws, whatever a caller sends. */
  verify(incoming: WebhookRequest): Promise<Verdict>;
  /**
   * Whether the headers carry a signature at all. Asked before the body is read: a request without one costs no memory,
   * and is refused by `verify` with an empty body.
   */
  isSigned(headers: Headers): boolean;
  /** The signature is over no body (a shared secret in a header): `verify` decides before the body is read. */
  signsNoBody?: boolean;
  /** The body as a value. Default JSON.parse. Throws when it is not JSON. */
  parse?(text: string): unknown;
  /** Reads the envelope of an authentic body. Throws an Error naming the field that is missing or odd. */
  read(event: unknown, headers: Headers): Envelope;
  /** What happened, as facts. Empty: nothing we act on. Throws an Error naming the field that is missing or odd. */
  translate(event: unknown, envelope: Envelope): Fact[];
  /** Whether an event needs `confirm` though its signature is right, because the signature proves too little. */
  mustConfirm?(event: unknown): boolean;
  /**
   * The id that was signed instead of the whole body: an event that is not confirmed is only accepted with the first
   * body that came under it, confirmed or not.
   */
  transmissionOf?(headers: Headers): string | null;
  /**
   * For events of trust `unconfirmed`, and those that `mustConfirm` names: asks the provider's API what really
   * happened. Never throws. `signal` ends the call.
   */
  confirm?(event: unknown, env: Environment, signal: AbortSignal): Promise<Confirmation>;
  /** Why an authentic event does not belong to this project: it is of another account, or a test. Null: it does. */
  notOurs?(envelope: Envelope, env: Environment): string | null;
  /** Why an authentic event is not accepted all the same (answered 422): for senders that their user can correct. */
  refuses?(event: unknown): Refusal | null;
  /** Extra fields of the response, once the event is durable: for senders that can use them. */
  answer?(event: unknown, result: ReceivedResult, database: Database): Promise<object>;
  /** Request headers to store with the event, and those that `read` looks at. Never one that holds a secret. */
  keptHeaders: readonly string[];
  /** Largest body in bytes, where the provider's bodies are larger than WEBHOOK_MAX_BODY_BYTES. */
  maxBodyBytes?: number;
  /** The provider sends GET requests to see whether the endpoint exists: answered 200. */
  answersPings?: boolean;
}
