/** The storefront's story: the last seat of a course, a redirect that beats the webhook, an enrolment. */
import { stripeHeaders } from "../../simulator/providers/stripe.ts";
import { until } from "../../simulator/until.ts";
import { arrives, check, euros, hears, orderOf, row, type Scene, say, scene, sends } from "./scene.ts";

export async function storefrontStory(the: Scene): Promise<void> {
  scene("The storefront: Ben and Amina want the last seat of a course.");
  await the.sql`
    with cohort as (insert into public.cohorts (name, capacity, starts_at)
      values ('Watercolours', 1, now() + interval '10 days') returning id)
    insert into public.products (sku, name, price_minor, currency, kind, cohort_id)
    select 'watercolours', 'Watercolours, ten evenings', 24000, 'EUR', 'cohort_seat', id from cohort`;
  const seat = { provider: "stripe", items: [{ sku: "watercolours", quantity: 1 }] };
  const amina = await checksOut(the, { ...seat, email: "amina.buyer@example.com" });
  check(amina.code === 201, "Amina's checkout is opened");
  row(
    "Amina",
    `201, ${euros(amina.total_minor)}, sent to Stripe's page; the seat is held for her until ${amina.expires_at.slice(11, 16)} UTC`,
  );
  const ben = await checksOut(the, { ...seat, email: "ben@example.com" });
  check(ben.code === 409 && ben.error === "sold_out", "Ben is told that it is sold out");
  row("Ben", `409 ${ben.error}: ${ben.message.split(".")[0]}`);

  const [started] = await the.sql`
      select provider_ref from public.started_payments where checkout_session_id = ${amina.checkout_session_id}`;
  const webhooks = the.stack.providers.stripe.pay(started!.provider_ref, "captured");
  const back = await asks(the, amina);
  check(back.state === "processing", "the storefront is told to wait");
  row(
    "redirect",
    `Amina is back before Stripe's webhook: "${back.show.title}", ask again in ${back.ask_again_in_ms} ms`,
  );
  const at = Date.now();
  for (const body of webhooks) await sends(the, "stripe", body, stripeHeaders(body, the.env.STRIPE_WEBHOOK_SECRET!));
  const order = await orderOf(the, amina.checkout_session_id);
  const now = await until("the storefront shows the order", async () => {
    const told = await asks(the, amina);
    return told.state === "paid" ? told : undefined;
  });
  row("storefront", `"${now.show.title}": order ${order.number}, ${euros(order.total_minor)}`);
  const [enrollment] =
    await the.sql`select e.id, e.status from public.enrollments e where e.email = 'amina.buyer@example.com'`;
  check(enrollment?.status === "active", "Amina is enrolled");
  await arrives(the, "/make", "enrollment.created", enrollment.id, at);
  await hears(the, "orders", "confirmed", at);
  say();

  scene("Every order, its money and its stock are compared, as every ten minutes.");
  const findings = await the.sql`select what, which, why from ops.audit_consistency()`;
  check(
    findings.length === 0,
    `the audit finds nothing${findings.map((one) => `: ${one.what}, ${one.which}`).join("")}`,
  );
  row("audit", "nothing is inconsistent");
  say();
}

interface CheckedOut {
  code: number;
  error: string;
  message: string;
  checkout_session_id: string;
  token: string;
  total_minor: number;
  expires_at: string;
}

async function checksOut({ stack }: Scene, body: object): Promise<CheckedOut> {
  const response = await fetch(`${stack.functionsUrl}/checkout`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
    body: JSON.stringify(body),
  });
  return { ...((await response.json()) as CheckedOut), code: response.status };
}

async function asks(
  { stack }: Scene,
  { checkout_session_id, token }: CheckedOut,
): Promise<{ state: string; show: { title: string }; ask_again_in_ms: number | null }> {
  const response = await fetch(
    `${stack.functionsUrl}/payment-status?${new URLSearchParams({ checkout_session_id, token })}`,
  );
  check(response.status === 200, "payment-status answers");
  return await response.json();
}
