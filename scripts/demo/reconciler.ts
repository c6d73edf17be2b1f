/** The reconciler's story: the webhook that never came. */
import { stripeEvent } from "../../simulator/providers/stripe.ts";
import { until } from "../../simulator/until.ts";
import { arrives, check, hears, opensCheckout, orderOf, row, type Scene, say, scene } from "./scene.ts";

export async function reconcilerStory(the: Scene): Promise<void> {
  scene("Stripe's webhook about a payment never arrives. The reconciler asks Stripe what happened.");
  const checkout = await opensCheckout(the, "mug", 1);
  const ago = Math.floor(Date.now() / 1000) - 600;
  const lost = { "data.object.metadata.checkout_session_id": checkout, "data.object.amount_total": 2450, created: ago };
  the.stack.providers.stripe.put(stripeEvent("checkout.session.completed", lost, "lost"));
  const since = Date.now();
  const [run] = await the.sql`select inbox.reconcile('stripe') as id`;
  const found = await until("the reconciler has looked", async () => {
    const [one] = await the.sql`select looked_at, missed, healed from inbox.reconciliations where id = ${run!.id}
        and completed_at is not null`;
    return one;
  });
  check(found.healed === 1, "one event is healed");
  row("reconciler", `looked at ${found.looked_at}, missed ${found.missed}, healed ${found.healed}`, Date.now() - since);
  const order = await orderOf(the, checkout);
  row("became", `payment ${order.payment}; order ${order.number} ${order.status}`);
  await arrives(the, "/make", "order.created", checkout, since);
  await hears(the, "orders", "confirmed", since);
  say();
}
