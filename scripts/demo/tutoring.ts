/** Tutoring's story: an hour is booked and paid, gets its Meet link from Google, and is recorded in that room. */
import { fathomEvent, fathomHeaders } from "../../simulator/providers/fathom.ts";
import { stripeEvent, stripeHeaders } from "../../simulator/providers/stripe.ts";
import { until } from "../../simulator/until.ts";
import {
  arrives,
  BUYER,
  check,
  euros,
  type Heard,
  hears,
  listens,
  orderOf,
  row,
  type Scene,
  say,
  scene,
  sends,
} from "./scene.ts";

const RITA = "rita@coach.example.com";

export async function tutoringStory(the: Scene): Promise<void> {
  const rita: Heard[] = [];
  const hangUp = await listens({ ...the, heard: rita }, RITA);
  try {
    await recorded(the, rita, await booked(the));
  } finally {
    await hangUp();
  }
}

interface Lesson {
  id: string;
  starts: string;
  link: string;
}

async function booked(the: Scene): Promise<Lesson> {
  scene("Tutoring: Amina books an hour of French with Rita, and pays. Google makes the Meet link.");
  await the.sql`
    insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes)
    values ('french', 'An hour of French', 4900, 'EUR', 'tutoring_session', ${RITA}, 60)`;
  await the.sql`select calendar.connect()`;
  const [free] = await the.sql`
    select starts_at from public.free_times('french', now() + interval '3 days', now() + interval '4 days') limit 1`;
  const starts = free!.starts_at.toISOString();
  const items = the.sql.json([{ sku: "french", quantity: 1, starts_at: starts }]);
  const [checkout] = await the.sql`select commerce.open_checkout(${BUYER}, ${items}) as id`;
  row("held", `${starts.slice(0, 16).replace("T", " ")} UTC, checkout ${checkout!.id}`);
  const body = stripeEvent(
    "checkout.session.completed",
    { "data.object.metadata.checkout_session_id": checkout!.id },
    "amina's lesson",
  );
  const sent = await sends(the, "stripe", body, stripeHeaders(body, the.env.STRIPE_WEBHOOK_SECRET!));
  const order = await orderOf(the, checkout!.id);
  const session = await until("the session has its link", async () => {
    const [found] = await the.sql`
      select s.id, s.meet_link from public.tutoring_sessions s join public.order_items i on i.id = s.order_item_id
      join public.orders o on o.id = i.order_id where o.number = ${order.number} and s.meet_link is not null`;
    return found;
  });
  row("became", `order ${order.number}, ${euros(order.total_minor)}; session ${session.id}`);
  const events = [...the.stack.providers.google.events.values()].filter((one) => one.hangoutLink === session.meet_link);
  check(events.length === 1, "there is one event in Google Calendar, with this link");
  row("Google", `event ${events[0]!.id}, ${session.meet_link}, ${events[0]!.attendees!.length} invited`);
  await arrives(the, "/make", "tutoring_session.created", session.id, sent.at);
  await arrives(the, "/make", "tutoring_session.changed", session.meet_link, sent.at);
  const heard = await until("the buyer's app has the link", () =>
    the.heard.find(
      ({ table, operation, at }) => table === "tutoring_sessions" && operation === "UPDATE" && at >= sent.at,
    ),
  );
  row("buyer's app", "Realtime: tutoring_sessions UPDATE, the link", heard.at - sent.at);
  say();
  return { id: session.id, starts, link: session.meet_link };
}

async function recorded(the: Scene, rita: Heard[], { id, starts, link }: Lesson): Promise<void> {
  scene("Tutoring: the hour is over. Fathom recorded that room; both get the notes.");
  const body = fathomEvent(
    "new_meeting_content_ready",
    {
      ...{ meeting_url: link, scheduled_start_time: starts, recording_start_time: starts },
      recording_end_time: new Date(Date.parse(starts) + 3_500_000).toISOString(),
    },
    "amina's lesson",
  );
  const sent = await sends(the, "fathom", body, fathomHeaders(body, the.env.FATHOM_WEBHOOK_SECRET!));
  const [recap] = await the.sql`
    select r.id, s.status, s.no_show from public.session_recaps r
    join public.tutoring_sessions s on s.id = r.tutoring_session_id where s.id = ${id}`;
  check(recap?.status === "completed" && recap.no_show === null, "the session took place, with both");
  row("became", `recap of session ${id}, which is ${recap.status}`);
  await arrives(the, "/make", "recap.created", recap.id, sent.at);
  await hears(the, "session_recaps", undefined, sent.at);
  await hears({ ...the, heard: rita }, "session_recaps", undefined, sent.at, "tutor's app");
  say();
}
