/** Webhooks of a purchase at Stripe, for the console's page "Break it". */
import { setTimeout as delay } from "node:timers/promises";
import type { Traffic } from "../local/breaking/controls.ts";
import { sendWebhooks } from "./pay.ts";
import { stripeEvent } from "./providers/stripe.ts";

const SKU = "break-it";
/** Long enough to see the first on the page before the second comes. */
const BETWEEN_MS = 2_000;

/** Two mugs at 24.50 EUR: what the payment of the simulator's Stripe comes to. */
export function createTraffic(functionsUrl: string, env: Record<string, string>): Traffic {
  return async (how, sql) => {
    await sql`insert into public.products (sku, name, price_minor, currency, stock)
      values (${SKU}, 'Mug of the page Break it', 2450, 'EUR', null) on conflict do nothing`;
    const name = crypto.randomUUID();
    const [checkout] = await sql`select commerce.open_checkout(${`${name}@example.com`},
      ${sql.json([{ sku: SKU, quantity: 2 }])}) as id`;
    const paid = stripeEvent(
      "payment_intent.succeeded",
      { "data.object.metadata.checkout_session_id": checkout!.id },
      name,
    );
    const webhooks = {
      once: [paid],
      twice: [paid, paid],
      reordered: [stripeEvent("refund.updated", {}, name), paid],
    }[how];
    const answers: string[] = [];
    for (const [i, webhook] of webhooks.entries()) {
      if (how === "reordered" && i > 0) await delay(BETWEEN_MS);
      await sendWebhooks("stripe", [webhook], functionsUrl, (line) => answers.push(line), env);
    }
    return answers;
  };
}
