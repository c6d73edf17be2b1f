/** Whop's story: a member joins and buys credits. */
import { whopEvent, whopHeaders } from "../../simulator/providers/whop.ts";
import { until } from "../../simulator/until.ts";
import { arrives, BUYER, check, hears, row, type Scene, say, scene, sends } from "./scene.ts";

/** The conversation: a welcome at Whop, her reply, and the hand-over to the chat in the app. */
async function isGreeted(the: Scene, membership: string, user: string, since: number): Promise<void> {
  const { whop } = the.stack.providers;
  const becomes = (status: string) =>
    until(`a conversation that is ${status}`, async () => {
      const [found] = await the.sql`
        select id from public.conversations where membership_id = ${membership} and status = ${status}`;
      return found;
    });
  const saidTo = () => whop.channelsOf(user).flatMap(({ id }) => whop.messages.get(id) ?? []);
  await becomes("waiting");
  row("at Whop", `"${saidTo()[0]!.content}"`);
  const reply = whop.say(user, "I want to speak French by summer.");
  row("Amina", '"I want to speak French by summer."');
  await sends(the, "whop", reply, whopHeaders(reply, the.env.WHOP_WEBHOOK_SECRET!));
  await the.sql`select community.run_conversations()`;
  const { id } = await becomes("internal");
  check(saidTo().length === 3, "Whop has the welcome, her reply and the hand-over, each once");
  row("became", "conversation in the app: welcomed, replied, handed over");
  await hears(the, "conversations", "internal", since);
  await arrives(the, "/make", "conversation.changed", id, since);
}

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
  await isGreeted(the, membership.id, JSON.parse(joined).data.user.id, member.at);

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
