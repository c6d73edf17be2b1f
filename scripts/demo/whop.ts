/** Whop's story: a member joins and buys credits. */
import { whopEvent, whopHeaders } from "../../simulator/providers/whop.ts";
import { arrives, BUYER, check, hears, row, type Scene, say, scene, sends } from "./scene.ts";

export async function whopStory(the: Scene): Promise<void> {
  scene("Whop: Amina joins the community, and buys a pack of 100 credits.");
  const joined = whopEvent("membership.activated", { "data.user.email": BUYER }, "amina");
  row("Whop sends", `membership.activated  ${JSON.parse(joined).id}`);
  const member = await sends(the, "whop", joined, whopHeaders(joined, the.env.WHOP_WEBHOOK_SECRET!));
  const [membership] = await the.sql`select id, status from public.memberships where provider = 'whop'`;
  check(membership?.status === "active", "there is an active membership");
  row("became", `membership ${membership.status}`);
  await arrives(the, "/make", "membership.created", membership.id, member.at);
  await hears(the, "memberships", "active", member.at);

  const pack = { type: "credit_pack", packId: "pack_100", credits: "100" };
  const paid = whopEvent("payment.succeeded", { "data.metadata": pack, "data.user.email": BUYER }, "amina");
  row("Whop sends", `payment.succeeded  ${JSON.parse(paid).id}`);
  const sent = await sends(the, "whop", paid, whopHeaders(paid, the.env.WHOP_WEBHOOK_SECRET!));
  await sends(the, "whop", paid, whopHeaders(paid, the.env.WHOP_WEBHOOK_SECRET!));
  const [credits] = await the.sql`
    select l.id, sum(l.credits) over ()::int as balance, p.amount_minor::int, p.currency, p.needs_review
    from public.credit_ledger l join public.payments p on p.id = l.payment_id`;
  check(credits?.balance === 100 && !credits.needs_review, "Amina has 100 credits, once");
  row(
    "became",
    `payment captured, ${(credits.amount_minor / 100).toFixed(2)} ${credits.currency}; balance ${credits.balance} credits`,
  );
  await arrives(the, "/make", "credits.changed", credits.id, sent.at);
  await hears(the, "credit_ledger", undefined, sent.at);
  say();
}
