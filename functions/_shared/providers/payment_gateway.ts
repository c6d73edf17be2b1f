/**
 * What we ask a provider to do with money: begin a payment, close where it could be paid, give it back. Only functions/checkout and the
 * courier ask. One file each in `gateways/`; what happened is told by webhooks, or by `history.ts`, and never believed from here alone.
 */
import type { Environment } from "../platform/environment.ts";
import type { ProviderMessage } from "./provider_history.ts";

/** A checkout, as commerce.checkout_details has it. */
export interface Checkout {
  /** What the provider's objects name. */
  id: string;
  email: string;
  /** In minor units of `currency`, an upper-case ISO code. */
  total_minor: number;
  currency: string;
  /** ISO 8601 UTC. */
  expires_at: string;
  items: { sku: string; name: string; quantity: number; unit_price_minor: number; starts_at: string | null }[];
}

/** Where the buyer comes back to; both name the checkout. */
export interface RedirectUrls {
  success_url: string;
  cancel_url: string;
}

/** What every gateway says to a total of 0. */
export const NOTHING_TO_PAY = "There is nothing to pay: the total is 0.";

/**
 * What providers call what is paid: the words that the constraint on public.started_payments.kind allows. commerce.claim_status_checks
 * asks about an "order" as an approval, which is yet to be captured, and about all others as a payment.
 */
export const PAYMENT_KINDS = ["checkout_session", "payment_intent", "order", "transaction"] as const;

/** What was made at the provider. */
export interface CreatedPayment {
  kind: (typeof PAYMENT_KINDS)[number];
  /** The provider's id of it. */
  ref: string;
  /** Where to send the buyer. Null: the storefront shows the provider's own form, with `client_secret`. */
  redirect_url: string | null;
  client_secret: string | null;
}

/** A refund that an admin asked for, as commerce.may_refund has it. */
export interface Refund {
  /** Ours: the same asks for it once, however often it is asked. */
  request_id: string;
  /** The provider's id of the payment. */
  payment_ref: string;
  /** In minor units of `currency`. */
  amount_minor: number;
  currency: string;
  reason: string | null;
}

export interface PaymentGateway {
  /** The variables without which nothing can be asked. */
  requiredEnv: readonly string[];
  /** The ways to pay there; the first is meant when none is named. */
  methods: readonly string[];
  /** The one currency that is paid in there, whatever the products' own; null: many. */
  currency: string | null;
  /** Why a payment cannot be made of this, in words for the storefront; null when it can. Asked before anything is begun. */
  unsupportedReason(checkout: Checkout): string | null;
  /** Begins a payment; asked again for the same checkout, it is the same payment, where the provider can know. @throws ApiError */
  createPayment(
    env: Environment,
    checkout: Checkout,
    back: RedirectUrls,
    method: string,
    signal: AbortSignal,
  ): Promise<CreatedPayment>;
  /** The buyer is not to pay there any more. Resolves when he cannot; what is paid or closed already is no error. @throws ApiError */
  cancelPayment?(env: Environment, started: Pick<CreatedPayment, "kind" | "ref">, signal: AbortSignal): Promise<void>;
  /** Gives money back. An error that is for good says what can be done. Resolves to the provider's id of the refund, and how it stands, for the inbox. @throws ApiError */
  refundPayment?(
    env: Environment,
    refund: Refund,
    signal: AbortSignal,
  ): Promise<{ ref: string; message: ProviderMessage }>;
}
