/** Fapshi's story: a webhook proves little, so the truth is asked for. */
import { fapshiEvent, fapshiHeaders } from "../../simulator/providers/fapshi.ts";
import { until } from "../../simulator/until.ts";
import { arrives, check, hears, opensCheckout, orderOf, post, row, type Scene, say, scene, sends } from "./scene.ts";

export async function fapshiStory(the: Scene): Promise<void> {
  await paid(the);
  await lied(the);
  await unanswered(the);
}

const headers = ({ env }: Scene, body: string) => fapshiHeaders(body, env.FAPSHI_WEBHOOK_SECRET!);

/** A webhook of Fapshi's, which Fapshi's API knows of too. */
function happens(the: Scene, status: string, checkout: string, sale: string): string {
  const body = fapshiEvent(status, { externalId: checkout, amount: 30000 }, sale);
  the.stack.providers.fapshi.put(body);
  row("Fapshi sends", `${status}  ${JSON.parse(body).transId}`);
  return body;
}

async function paid(the: Scene): Promise<void> {
  scene(
    "Fapshi: Amina pays 30 000 FCFA with mobile money; the first attempt fails. Each time Fapshi's API is asked before anything moves.",
  );
  const checkout = await opensCheckout(the, "coaching", 1);
  const failed = happens(the, "FAILED", checkout, "amina");
  await sends(the, "fapshi", failed, headers(the, failed));
  const body = happens(the, "SUCCESSFUL", checkout, "amina");
  const sent = await sends(the, "fapshi", body, headers(the, body));
  const order = await orderOf(the, checkout);
  const [event] = await the.sql`select trust from inbox.events where provider = 'fapshi' and type = 'SUCCESSFUL'`;
  check(event?.trust === "confirmed", "the event is confirmed by Fapshi's API");
  row(
    "became",
    `event confirmed; payment ${order.payment}, ${order.total_minor} XAF; order ${order.number} ${order.status}`,
  );
  await arrives(the, "/make", "order.created", checkout, sent.at);
  await hears(the, "orders", "confirmed", sent.at);
  say();
}

async function lied(the: Scene): Promise<void> {
  scene("Somebody who knows the secret claims a payment that Fapshi knows nothing of.");
  const body = fapshiEvent("SUCCESSFUL", { amount: 30000 }, "invented");
  const sent = await post(the, "fapshi", body, headers(the, body));
  check(sent.code === 401 && sent.error === "transaction_unknown", "it is turned away");
  say();
}

async function unanswered(the: Scene): Promise<void> {
  scene("Fapshi's API is down when a webhook comes, and Fapshi never sends twice.");
  const checkout = await opensCheckout(the, "coaching", 1);
  const body = happens(the, "SUCCESSFUL", checkout, "later");
  the.stack.providers.fapshi.fail({ kind: "500", path: "/payment-status/", times: 3 });
  const sent = await sends(the, "fapshi", body, headers(the, body));
  check(sent.status === "ignored", "it is kept, and nothing moves");
  row("became", "kept, unconfirmed; nothing moves");
  await the.sql`update inbox.events set next_attempt_at = now() where trust = 'unconfirmed'`;
  await the.sql`select outbox.ring_if_due()`;
  const order = await orderOf(the, checkout);
  const [event] = await until("it is confirmed", async () => {
    const found = await the.sql`select trust from inbox.events where body = ${body} and trust = 'confirmed'`;
    return found.length > 0 && found;
  });
  row("30 s later", `asked again: ${event!.trust}; payment ${order.payment}; order ${order.number} ${order.status}`);
  say();
}
