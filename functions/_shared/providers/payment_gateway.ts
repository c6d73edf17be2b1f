/**
 * What we ask a provider to do with money: create a payment, cancel it, refund it. Only functions/checkout and the
 * courier ask. `<name>/gateway.ts` fills in this interface. Whether money moved is learnt from webhooks and from
 * `history.ts`, not from here.
 */
import type { Environment } from "../platform/environment.ts";
import type { ProviderMessage } from "./provider_history.ts";

/** A checkout, as commerce.checkout_details returns it. */
export interface Checkout {
  /** The provider's objects carry it, so that webhooks name the checkout. */
  id: string;
  email: string;
  /** In minor units of `currency`, an upper-case ISO code. */
  total_minor: number;
  currency: string;
  /** ISO 8601 UTC. */
  expires_at: string;
  items: { sku: string; name: string; quantity: number; unit_price_minor: number; starts_at: string | null }[];
}

/** Where the provider sends the buyer afterwards; both name the checkout in their query. */
export interface RedirectUrls {
  success_url: string;
  cancel_url: string;
}

/** What every gateway says of a total of 0. */
export const NOTHING_TO_PAY = "There is nothing to pay: the total is 0.";

/**
 * What providers call what is paid: the words that the constraint on public.started_payments.kind allows.
 * commerce.claim_status_checks asks about an "order" as an approval, which is yet to be captured, and about all others
 * as a payment.
 */
export const PAYMENT_KINDS = ["checkout_session", "payment_intent", "order", "transaction"] as const;

/** A payment that was created at the provider, and not paid yet. */
export interface CreatedPayment {
  kind: (typeof PAYMENT_KINDS)[number];
  /** The provider's id. */
  ref: string;
  /** Where to send the buyer. Null: the storefront shows the provider's form, with `client_secret`. */
  redirect_url: string | null;
  client_secret: string | null;
}

/** A refund that an admin asked for, as commerce.may_refund returns it. */
export interface Refund {
  /** Our id: asked for again under the same id, it is the same refund. */
  request_id: string;
  /** The provider's id of the payment. */
  payment_ref: string;
  /** In minor units of `currency`. */
  amount_minor: number;
  currency: string;
  reason: string | null;
}

export interface PaymentGateway {
  /** The variables that must be set before the API can be called. */
  requiredEnv: readonly string[];
  /** The ways to pay there; the first is the default. */
  methods: readonly string[];
  /** The one currency that can be paid in there, whatever currency the products have; null: many. */
  currency: string | null;
  /**
   * Why this checkout cannot be paid there, in words for the storefront; null when it can. Asked before anything is
   * created.
   */
  unsupportedReason(checkout: Checkout): string | null;
  /**
   * Creates a payment. Called again for the same checkout, returns the same payment, where the provider has such a key.
   * @throws ApiError
   */
  createPayment(
    env: Environment,
    checkout: Checkout,
    redirects: RedirectUrls,
    method: string,
    signal: AbortSignal,
  ): Promise<CreatedPayment>;
  /** Resolves once nobody can pay there any more. That it is paid or cancelled already is no error. @throws ApiError */
  cancelPayment?(env: Environment, payment: Pick<CreatedPayment, "kind" | "ref">, signal: AbortSignal): Promise<void>;
  /**
   * Refunds. Resolves to the provider's id of the refund, and to its state as a message for the inbox. An error that is
   * permanent says what can be done about it. @throws ApiError
   */
  refundPayment?(
    env: Environment,
    refund: Refund,
    signal: AbortSignal,
  ): Promise<{ ref: string; message: ProviderMessage }>;
}
