/**
 * The purchase under way, kept for this tab: the key under which the same request may be sent again, and the token that
 * is a guest's only access to the checkout.
 */
import { type Bought, type Credentials, callOff, checkOut, type Purchase } from "../api/checkout.ts";
import { Refusal } from "../api/refusal.ts";

const KEY = "signalbox.shop.purchase";
const TOKENS = "signalbox.shop.token.";

/** Refusals after which the same key is used again. */
const UNSETTLED = ["away", "internal_error", "in_progress", "try_again", "challenge_failed", "challenge_unavailable"];

interface Kept {
  key: string;
  /** The request, as text: another one needs another key. */
  request: string;
  checkout_session_id?: string;
}

function kept(): Kept | null {
  return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
}

export const tokenOf = (checkout: string) => sessionStorage.getItem(TOKENS + checkout);

/**
 * Begins it. The one begun before for another cart or address is called off: what it reserves is free again.
 * @throws Refusal
 */
export async function begin(purchase: Purchase, credentials: Credentials): Promise<Bought> {
  // With another challenge it is the same request: a token counts once.
  const request = JSON.stringify([purchase, credentials.session !== undefined]);
  const before = kept();
  const mine = before?.request === request ? before : { key: crypto.randomUUID(), request };
  if (before && before !== mine && before.checkout_session_id) await abandon(before.checkout_session_id);
  sessionStorage.setItem(KEY, JSON.stringify(mine));
  try {
    const bought = await checkOut(mine.key, purchase, credentials);
    sessionStorage.setItem(TOKENS + bought.checkout_session_id, bought.token);
    sessionStorage.setItem(KEY, JSON.stringify({ ...mine, checkout_session_id: bought.checkout_session_id }));
    return bought;
  } catch (error) {
    // Where it is not known what became of it, the same request is sent again; else the next try is another purchase.
    if (!(error instanceof Refusal) || !UNSETTLED.includes(error.code)) forget();
    throw error;
  }
}

/** After it is paid, cancelled or has failed: the next purchase gets a new key. */
export const forget = () => sessionStorage.removeItem(KEY);

/** Calls a checkout off, if it can be; it expires by itself otherwise. */
export async function abandon(checkout: string): Promise<void> {
  const token = tokenOf(checkout);
  if (token) await callOff(checkout, token).catch(() => {});
  forget();
}

/** What the buyer has typed, by name, kept for this tab: who comes back from the provider finds it again. */
export type Fields = Record<string, string>;

const FORM = "signalbox.shop.form";

export const keptFields = (): Fields => JSON.parse(sessionStorage.getItem(FORM) ?? "{}");
export const keepFields = (fields: Fields) => sessionStorage.setItem(FORM, JSON.stringify(fields));
