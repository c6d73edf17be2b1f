/** Stripe's story: paid, told twice, refunded, failed, forged. */
import { stripeEvent, stripeHeaders } from "../../simulator/providers/stripe.ts";
import {
  arrives,
  check,
  euros,
  hears,
  opensCheckout,
  orderOf,
  post,
  row,
  type Scene,
  say,
  scene,
  sends,
  stockOf,
} from "./scene.ts";

const headers = ({ env }: Scene, body: string) => stripeHeaders(body, env.STRIPE_WEBHOOK_SECRET!);

export async function stripeStory(the: Scene): Promise<void> {
  const { checkout, body } = await paid(the);
  await toldTwice(the, checkout, body);
  await refunded(the, checkout);
  await failed(the);
  await forged(the);
}

async function paid(the: Scene): Promise<{ checkout: string; body: string }> {
  scene("Stripe: Amina opens a checkout for 2 × Enamel mug, and pays.");
  const checkout = await opensCheckout(the, "mug", 2);
  const body = stripeEvent(
    "checkout.session.completed",
    { "data.object.metadata.checkout_session_id": checkout },
    "amina",
  );
  const { id, type } = JSON.parse(body);
  row("Stripe sends", `${type}  ${id}`);
  const sent = await sends(the, "stripe", body, headers(the, body));
  check(sent.status === "applied" && !sent.duplicate, "the event is applied");
  const order = await orderOf(the, checkout);
  row("became", `payment ${order.payment}, ${euros(order.total_minor)}; order ${order.number} ${order.status}`);
  await arrives(the, "/make", "payment.captured", checkout, sent.at);
  await arrives(the, "/make", "order.created", checkout, sent.at);
  await arrives(the, "/railway", "order.created", checkout, sent.at);
  await hears(the, "orders", "confirmed", sent.at);
  await hears(the, "payments", "captured", sent.at);
  say();
  return { checkout, body };
}

async function toldTwice(the: Scene, checkout: string, body: string): Promise<void> {
  scene("Stripe sends the same event again, and another one about the same payment.");
  const came = the.receiver.received.length;
  check((await sends(the, "stripe", body, headers(the, body))).duplicate === true, "the second copy is dropped");
  const other = stripeEvent(
    "payment_intent.succeeded",
    { "data.object.metadata.checkout_session_id": checkout },
    "amina",
  );
  await sends(the, "stripe", other, headers(the, other));
  const [counts] = await the.sql`
    select (select count(*)::int from public.orders) as orders,
      (select count(*)::int from public.payments) as payments`;
  check(counts!.orders === 1 && counts!.payments === 1, "there is still one payment and one order");
  check(the.receiver.received.length === came, "nobody is told twice");
  row("became", "nothing new: still 1 payment, 1 order, and no new message");
  say();
}

async function refunded(the: Scene, checkout: string): Promise<void> {
  scene("Amina is refunded at Stripe. Railway's own Stripe endpoint gets the event, signed for it.");
  const body = stripeEvent(
    "charge.refunded",
    { "data.object.amount_refunded": 4900, "data.object.refunded": true },
    "amina",
  );
  const sent = await sends(the, "stripe", body, headers(the, body));
  const [payment] =
    await the.sql`select status, refunded_minor::int from public.payments where checkout_session_id = ${checkout}`;
  check(payment?.status === "refunded", "the payment is refunded");
  row("became", `payment ${payment.status}, ${euros(payment.refunded_minor)} back; order refunded`);
  const passed = await arrives(the, "/railway-stripe", "charge.refunded", JSON.parse(body).id, sent.at);
  check(passed.body === body, "Railway gets Stripe's event byte for byte");
  await arrives(the, "/railway", "order.changed", checkout, sent.at);
  await hears(the, "orders", "refunded", sent.at);
  say();
}

async function failed(the: Scene): Promise<void> {
  scene("A second checkout, whose payment fails.");
  const before = await stockOf(the);
  const checkout = await opensCheckout(the, "mug", 2);
  const body = stripeEvent("payment_intent.payment_failed", { "data.object.metadata.checkout_session_id": checkout });
  await sends(the, "stripe", body, headers(the, body));
  check((await stockOf(the)) === before, "the stock is back");
  row("became", `payment failed, no order; stock back to ${before}`);
  say();
}

async function forged(the: Scene): Promise<void> {
  scene("A stranger sends an event with a wrong secret.");
  const body = stripeEvent("checkout.session.completed");
  const sent = await post(the, "stripe", body, stripeHeaders(body, "whsec_guessed"));
  check(sent.code === 401, "a stranger is turned away");
  say();
}
