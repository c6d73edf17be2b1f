/**
 * What a provider's API can tell afterwards: what happened, and how one payment stands. For the reconciler, which
 * feeds what no webhook brought through the same door. One file each in `histories/`.
 */
import type { Environment } from "../platform/environment.ts";

/** Something that happened, as the API tells it, in the shape of the provider's webhook body: read by the same `read` and `translate`. */
export interface ProviderMessage {
  /** What is read: what the provider's `parse` makes of `text`, and parsed once. */
  event: unknown;
  /** What is archived. */
  text: string;
  /** Headers that `read` looks at, where the provider's webhooks carry something in them. */
  headers?: Record<string, string>;
}

/** A message of which the API gave the value, and no text of its own. */
export function messageOf(event: unknown): ProviderMessage {
  return { event, text: JSON.stringify(event) };
}

export interface ProviderHistory {
  /** The variables without which nothing can be asked. */
  requiredEnv: readonly string[];
  /**
   * events: the list holds the very events that webhooks carry, under their ids; one whose id is not in the inbox was missed.
   * objects: the list holds the things that events are about; one that would change something here was missed.
   */
  listKind: "events" | "objects";
  /** What happened from `since` until `until`, in pages. @throws ApiError */
  listSince(env: Environment, since: Date, until: Date, signal: AbortSignal): AsyncIterable<ProviderMessage[]>;
  /** How one payment stands: asked about when it has been pending for long. Null: the provider does not know it. @throws ApiError */
  getStatus?(env: Environment, asked: PaymentQuery, signal: AbortSignal): Promise<ProviderMessage | null>;
}

export interface PaymentQuery {
  /** approval: what was approved and not captured yet (`payment.approved`). */
  kind: "payment" | "approval";
  /** The provider's id of it. */
  ref: string;
}
