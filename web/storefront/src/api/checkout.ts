/** Buying, over functions/checkout and functions/payment-status: docs/guides/storefront.md explains each step. */
import { config } from "./config.ts";

export type ProviderName = "stripe" | "paypal" | "fapshi";

export interface Purchase {
  items: { sku: string; quantity: number; starts_at?: string }[];
  provider: ProviderName;
  email?: string;
  discount_code?: string;
  shipping_address?: Record<string, string>;
  recipient_name?: string;
  success_url: string;
  cancel_url: string;
}

export interface Bought {
  checkout_session_id: string;
  token: string;
  state: string;
  total_minor: number;
  subtotal_minor: number;
  discount_minor: number;
  discount_code: string | null;
  shipping_minor: number;
  tax_minor: number;
  tax_included: boolean;
  currency: string;
  expires_at: string;
  redirect_url: string | null;
}

export interface PaymentStatus {
  state: "processing" | "paid" | "in_review" | "failed" | "cancelled" | "expired" | "unpaid" | "refunded";
  show: { title: string; text: string };
  ask_again_in_ms: number | null;
  total_minor: number;
  currency: string;
  failure: string | null;
  order: { number: number; total_minor: number; currency: string } | null;
}

/** A refusal. `message` is for buyers, `code` is one of docs/errors.md. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const AWAY = "Sorry, the shop cannot be reached. Please check your connection, then try again.";

async function ask(path: string, options: RequestInit): Promise<Response> {
  return await fetch(`${config().api_url}/functions/v1/${path}`, options).catch(() => {
    throw new Refusal("away", AWAY);
  });
}

/**
 * `key`: the same for the same purchase sent again, a new one for any other. `session`: a signed-in buyer's access
 * token.
 * @throws Refusal
 */
export async function checkOut(key: string, purchase: Purchase, session?: string): Promise<Bought> {
  for (let tries = 1; ; tries++) {
    const response = await ask("checkout", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": key,
        ...(session && { authorization: `Bearer ${session}` }),
      },
      body: JSON.stringify(purchase),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    const again = response.headers.get("retry-after");
    if (again === null || tries === 3) throw new Refusal(answer.error, answer.buyer_message ?? answer.message);
    await new Promise((resolve) => setTimeout(resolve, Number(again) * 1000));
  }
}

/** Null: it cannot be told right now. @throws Refusal when there is no such checkout, or the token is not its. */
export async function paymentStatus(id: string, token: string | null): Promise<PaymentStatus | null> {
  const response = await ask(`payment-status?checkout_session_id=${encodeURIComponent(id)}`, {
    headers: token ? { "x-checkout-token": token } : {},
  }).catch(() => null);
  if (response === null || response.status === 503) return null;
  const answer = await response.json();
  if (!response.ok) throw new Refusal(answer.error, answer.buyer_message ?? answer.message);
  return answer;
}

/** Releases what was reserved, unless money is on its way. Resolves to the state as it is then. @throws Refusal */
export async function callOff(checkout_session_id: string, token: string): Promise<PaymentStatus["state"]> {
  const response = await ask("checkout/cancel", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ checkout_session_id, token }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(answer.error, answer.buyer_message ?? answer.message);
  return answer.state;
}
