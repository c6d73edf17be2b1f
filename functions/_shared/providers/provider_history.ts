/**
 * What a provider's API says afterwards: what happened, and the status of one payment. The reconciler asks, and
 * receives what no webhook brought in the same way as a webhook. `<name>/history.ts` fills in this interface.
 */
import type { Environment } from "../platform/environment.ts";

/**
 * Something that happened, from the API, in the shape of the provider's webhook body: the same `read` and `translate`
 * read it.
 */
export interface ProviderMessage {
  /** What is read: the value that the provider's `parse` makes of `text`. */
  event: unknown;
  /** What is archived. */
  text: string;
  /** Headers that `read` looks at, where the provider's webhooks carry something in them. */
  headers?: Record<string, string>;
  /**
   * When the API answered, ISO 8601 UTC, where the answer is how a thing is then: later than all that its events say,
   * whatever time the thing itself names.
   */
  asOf?: string;
}

/** A message whose text the API did not give by itself: one item of a list. */
export function messageOf(event: unknown): ProviderMessage {
  return { event, text: JSON.stringify(event) };
}

export interface ProviderHistory {
  /** The variables that must be set before the API can be called. */
  requiredEnv: readonly string[];
  /**
   * events: the list has the events that webhooks carry, under the same ids; one whose id is not in the inbox was
   * missed. objects: the list has the objects that events are about; one whose facts are not known here was missed.
   */
  listKind: "events" | "objects";
  /** What happened from `since` until `until`, in pages. @throws ApiError */
  listSince(env: Environment, since: Date, until: Date, signal: AbortSignal): AsyncIterable<ProviderMessage[]>;
  /**
   * How one thing stands now: a payment that has been pending for long, or an object about which events of one moment
   * say different things. Null: the provider does not know it, or cannot be asked about this kind. @throws ApiError
   */
  getStatus?(env: Environment, query: PaymentQuery, signal: AbortSignal): Promise<ProviderMessage | null>;
}

export interface PaymentQuery {
  /** approval: approved by the buyer and not captured yet (`payment.approved`). As in `inbox.to_ask_about`. */
  kind: "payment" | "approval" | "membership" | "customer" | "product" | "dispute";
  /** The provider's id. */
  ref: string;
}
