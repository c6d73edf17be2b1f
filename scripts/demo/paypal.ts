/** PayPal's story: approved, captured by the courier, told again by PayPal. */
import { paypal, paypalEvent } from "../../simulator/providers/paypal.ts";
import { arrives, check, euros, hears, opensCheckout, orderOf, row, type Scene, say, scene, sends } from "./scene.ts";

export async function paypalStory(the: Scene): Promise<void> {
  scene("PayPal: Amina approves an order on PayPal's page. No money has moved: the courier takes it.");
  const checkout = await opensCheckout(the, "mug", 2);
  const url = `${the.stack.functionsUrl}/paypal`;
  const named = { "resource.purchase_units.0.custom_id": checkout };
  const approved = paypalEvent("CHECKOUT.ORDER.APPROVED", named, "amina");
  the.stack.providers.paypal.put(approved);
  row("PayPal sends", `CHECKOUT.ORDER.APPROVED  ${JSON.parse(approved).id}`);
  const sent = await sends(the, "paypal", approved, await paypal.headers(approved, url));
  const order = await orderOf(the, checkout);
  const asked = the.stack.providers.paypal.asked.filter(({ path }) => path.endsWith("/capture"));
  check(asked.length === 1, "PayPal is asked once for the money");
  row("courier", `captured it at PayPal, once, with PayPal-Request-Id ${asked[0]!.headers.get("paypal-request-id")}`);
  row("became", `payment ${order.payment}, ${euros(order.total_minor)}; order ${order.number} ${order.status}`);
  await arrives(the, "/make", "order.created", checkout, sent.at);
  await arrives(the, "/railway", "order.created", checkout, sent.at);
  await hears(the, "orders", "confirmed", sent.at);

  const [payment] = await the.sql`select provider_ref from public.payments where checkout_session_id = ${checkout}`;
  const completed = paypalEvent(
    "PAYMENT.CAPTURE.COMPLETED",
    { "resource.id": payment!.provider_ref, "resource.custom_id": checkout },
    "amina",
  );
  row("PayPal sends", `PAYMENT.CAPTURE.COMPLETED  ${JSON.parse(completed).id}`);
  await sends(the, "paypal", completed, await paypal.headers(completed, url));
  const [counts] = await the.sql`select count(*)::int as n from public.orders where checkout_session_id = ${checkout}`;
  check(counts!.n === 1, "there is still one order");
  row("became", "nothing new: the same payment, the same order");
  say();
}
