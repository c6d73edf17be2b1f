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
  /** The items' sum. Here and below in minor units; left out: as in a checkout without any of this. */
  subtotal_minor?: number;
  /** Subtracted from the items. */
  discount_minor?: number;
  discount_code?: string | null;
  shipping_minor?: number;
  /** Ours; added to the total unless `tax_included`. */
  tax_minor?: number;
  tax_included?: boolean;
  /** The provider works out the tax on its page, and adds it to the total or finds it in the prices. */
  provider_tax?: boolean;
  delivery?: Delivery;
}

/** What is sent where. All null: nothing is sent. */
export interface Delivery {
  /** Of the shipping rate, for the buyer. */
  name: string | null;
  /** The countries that the provider's page may offer when it asks for the address. Null: it need not ask. */
  countries: string[] | null;
  address: Address | null;
  recipient_name: string | null;
  recipient_phone: string | null;
}

/** An address as public.orders.shipping_address has it. `country` is ISO 3166-1 alpha-2. */
export interface Address {
  line1: string | null;
  line2: string | null;
  city: string | null;
  region: string | null;
  postal_code: string | null;
  country: string;
}

/** Every amount of a checkout that a provider is told, in minor units. */
export const amountsOf = ({ total_minor, items, discount_minor, shipping_minor, tax_minor }: Checkout): number[] => [
  total_minor,
  ...items.map((one) => one.unit_price_minor),
  ...[discount_minor ?? 0, shipping_minor ?? 0, tax_minor ?? 0],
];

/** The tax that is added to the items: not what their prices contain. */
export const addedTax = ({ tax_minor = 0, tax_included = false }: Checkout): number => (tax_included ? 0 : tax_minor);

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
  /** The methods whose page can ask the buyer for an address to send to. Left out: none. */
  pageAsks?: readonly string[];
  /** The methods whose page can work out tax. Left out: none. */
  pageTaxes?: readonly string[];
  /**
   * Why this checkout cannot be paid there by this method, in words for the storefront; null when it can. Asked before
   * anything is created. Without a method: by any of them.
   */
  unsupportedReason(checkout: Checkout, method?: string): string | null;
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
