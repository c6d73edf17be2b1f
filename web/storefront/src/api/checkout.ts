/** Buying, over functions/checkout and functions/payment-status: docs/guides/storefront.md explains each step. */
import { PaymentRefused, type PaymentStatus, waitForPayment } from "../../../../clients/web/src/payment.ts";
import { account, seemsSignedIn } from "../app/session.ts";
import { config } from "./config.ts";
import { AWAY, Refusal } from "./refusal.ts";

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

/** What proves who asks. */
export interface Credentials {
  /** A signed-in buyer's access token. */
  session?: string;
  /** A guest's token of the Turnstile widget. */
  challenge?: string;
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

async function ask(path: string, options: RequestInit): Promise<Response> {
  return await fetch(`${config().api_url}/functions/v1/${path}`, options).catch(() => {
    throw new Refusal("away", AWAY);
  });
}

/**
 * The answer's members. A body that was cut off, or that is no answer of ours, such as a gateway's page, says nothing
 * of what became of the request.
 * @throws Refusal
 */
async function answerOf(response: Response) {
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  if (typeof answer?.error !== "string") throw new Refusal("away", AWAY);
  return answer;
}

/**
 * `key`: the same for the same purchase sent again, a new one for any other.
 * @throws Refusal
 */
export async function checkOut(key: string, purchase: Purchase, credentials: Credentials): Promise<Bought> {
  const { session, challenge } = credentials;
  for (let tries = 1; ; tries++) {
    const response = await ask("checkout", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": key,
        ...(session && { authorization: `Bearer ${session}` }),
      },
      body: JSON.stringify({ ...purchase, ...(challenge && { challenge }) }),
    });
    const answer = await answerOf(response);
    if (response.ok) return answer;
    const again = response.headers.get("retry-after");
    if (again === null || tries === 3) throw new Refusal(answer.error, answer.buyer_message ?? answer.message);
    await new Promise((resolve) => setTimeout(resolve, Number(again) * 1000));
  }
}

/** Until the payment's status is final; each is passed to `display`. @throws Refusal, or the signal's reason. */
export async function followPayment(
  id: string,
  token: string | null,
  display: (status: PaymentStatus) => void,
  signal: AbortSignal,
): Promise<void> {
  await waitForPayment(id, {
    functionsUrl: `${config().api_url}/functions/v1`,
    token,
    ...(seemsSignedIn() && { supabase: account().then(({ supabase }) => supabase()) }),
    status: display,
    timeoutMs: Number.POSITIVE_INFINITY,
    signal,
  }).catch((error) => {
    throw error instanceof PaymentRefused ? new Refusal(error.code, error.buyerMessage) : error;
  });
}

/** Releases what was reserved, unless money is on its way. Resolves to the state as it is then. @throws Refusal */
export async function callOff(checkout_session_id: string, token: string): Promise<PaymentStatus["state"]> {
  const response = await ask("checkout/cancel", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ checkout_session_id, token }),
  });
  const answer = await answerOf(response);
  if (!response.ok) throw new Refusal(answer.error, answer.buyer_message ?? answer.message);
  return answer.state;
}
