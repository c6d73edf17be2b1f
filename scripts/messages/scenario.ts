/**
 * A small business as the database would really hear of it: each change that a route asks for happens at least once.
 * Amina buys, learns and asks; Ines teaches her cohort; Odile runs the business. Tom, her tutor, has no account: so
 * nothing is left to the order in which two are notified. A route whose message this does not make is named by
 * `npm run messages`.
 */
import type postgres from "postgres";
import { AMINA, checkout, inAnApp, payment, planned, type Scene, sold, told } from "./scene.ts";

const TOM = "tom.tutor@example.com";
const INES = "ines.instructor@example.com";
const ODILE = "odile.owner@example.com";

/** Makes everything happen; `started` is the run's start. */
export async function happen(sql: postgres.Sql, started: number): Promise<void> {
  const the: Scene = {
    sql,
    at: (hours) => new Date(started + hours * 3_600_000).toISOString(),
    events: 0,
  };
  await sql`
    insert into auth.users (id, email, email_confirmed_at)
    select gen_random_uuid(), email, now() from unnest(${[AMINA, INES, ODILE]}::text[]) as u (email)`;
  await sql`insert into public.admins (user_id) select id from auth.users where email = ${ODILE}`;
  await customers(the);
  await goods(the);
  await guest(the);
  await money(the);
  await learning(the);
  await tutoring(the);
  await community(the);
  await attention(the);
}

async function customers(the: Scene): Promise<void> {
  const amina = { type: "customer.updated", provider_ref: "cus_amina", email: AMINA, name: "Amina Buyer" } as const;
  await told(the, "stripe", { ...amina, occurred_at: the.at(-2), phone: null });
  await told(the, "stripe", { ...amina, occurred_at: the.at(-1), phone: "+237 650 00 00 00" });
}

/** A guest buys a mug, and signs up. */
async function guest(the: Scene): Promise<void> {
  const email = "gil.guest@example.com";
  await the.sql`select commerce.open_checkout(${email}, ${the.sql.json([{ sku: "mug", quantity: 1 }])})`;
  await the.sql`
    insert into auth.users (id, email, email_confirmed_at) values (gen_random_uuid(), ${email}, now())`;
}

/** A mug is added, changed and sold; its parcel arrives. */
async function goods(the: Scene): Promise<void> {
  const { sql } = the;
  await sql`
    insert into public.products (sku, name, description, price_minor, currency, stock)
    values ('mug', 'Mug', 'Enamel, 350 ml.', 2250, 'EUR', 40)`;
  await sql`update public.products set name = 'Enamel mug', price_minor = 2450 where sku = 'mug'`;
  const declined = await checkout(the, "stripe", "pi_declined", [{ sku: "mug", quantity: 2 }]);
  await told(the, "stripe", {
    type: "payment.failed",
    ...payment(the, declined),
    failure_code: "card_declined",
    failure_message: "Your card has insufficient funds.",
  });
  await sold(the, "stripe", "pi_mugs", [{ sku: "mug", quantity: 2 }]);
  await sql`update public.fulfillments set status = 'packed'`;
  await sql`
    update public.fulfillments
    set status = 'shipped', carrier = 'DHL', tracking_code = '00340434161094042557',
      tracking_url = 'https://tracking.example.com/00340434161094042557',
      note = 'Goes to the neighbour if you are out.'`;
}

/** Money that goes back, is disputed, or fits nothing. */
async function money(the: Scene): Promise<void> {
  const part = await sold(the, "stripe", "pi_part", [{ sku: "mug", quantity: 3 }]);
  const refund = {
    type: "refund.updated",
    occurred_at: the.at(1),
    provider_ref: "re_part",
    payment_ref: part.ref,
    amount_minor: 2450,
    currency: "EUR",
    reason: "One of them was broken.",
  } as const;
  await told(the, "stripe", { ...refund, status: "pending" });
  await told(the, "stripe", { ...refund, status: "succeeded" });

  const whole = await sold(the, "paypal", "capture_whole", [{ sku: "mug", quantity: 1 }]);
  await told(the, "paypal", {
    type: "payment.refunded",
    occurred_at: the.at(1),
    payment_ref: whole.ref,
    refunded_minor: whole.amount,
    currency: "EUR",
  });

  const disputed = await sold(the, "stripe", "pi_disputed", [{ sku: "mug", quantity: 1 }]);
  const dispute = {
    type: "dispute.updated",
    provider_ref: "du_disputed",
    payment_ref: disputed.ref,
    amount_minor: disputed.amount,
    currency: "EUR",
    reason: "product_not_received",
    evidence_due_at: the.at(240),
  } as const;
  await told(the, "stripe", { ...dispute, occurred_at: the.at(1), status: "needs_response" });
  await told(the, "stripe", { ...dispute, occurred_at: the.at(2), status: "under_review" });

  const short = await checkout(the, "stripe", "pi_short", [{ sku: "mug", quantity: 2 }]);
  await told(the, "stripe", { type: "payment.captured", ...payment(the, short, 100) });
}

/** A seat is bought; its student asks for this and that, and is answered. */
async function learning(the: Scene): Promise<void> {
  const { sql } = the;
  const amina = inAnApp(the, AMINA);
  const ines = inAnApp(the, INES);
  const odile = inAnApp(the, ODILE);
  const [made] = await sql`
    insert into public.cohorts (name, description, capacity, starts_at, ends_at)
    values ('French A2, winter', 'Tuesdays at six.', 12, ${the.at(240)}, ${the.at(1920)}) returning id`;
  const cohort = made!.id;
  await sql`insert into public.cohort_instructors (cohort_id, user_id) select ${cohort}, id from auth.users
    where email = ${INES}`;
  await sql`
    insert into public.products (sku, name, price_minor, currency, kind, cohort_id)
    values ('french-a2', 'French A2, winter', 24000, 'EUR', 'cohort_seat', ${cohort})`;
  await sold(the, "stripe", "pi_seat", [{ sku: "french-a2", quantity: 1 }]);

  await amina`
    insert into public.appointments (user_id, email, cohort_id, title, starts_at, ends_at, note)
    select auth.uid(), ${AMINA}, ${cohort}, 'The exam', ${the.at(288)}, ${the.at(289)}, 'Which level should I try?'`;
  await ines`update public.appointments set status = 'confirmed'`;
  const [asked] = await sql`select id from public.appointments`;
  await planned(the, { appointment_id: asked!.id, provider_ref: "event_exam" }, the.at(290), the.at(291));

  await amina`
    insert into public.student_questions (cohort_id, subject, question)
    values (${cohort}, 'Homework of week one', 'Are we to write the letter by hand?')`;
  await amina`update public.student_questions set question = 'Are we to write the letter by hand, or typed?'`;
  await ines`update public.student_questions set answer = 'No, typed is fine.'`;
  await ines`
    insert into public.cohort_messages (cohort_id, body) values (${cohort}, 'We begin at a quarter past six.')`;
  await ines`update public.cohort_messages set body = 'We begin at half past six.'`;
  await ines`update public.cohort_messages set deleted_at = now()`;
  await amina`
    insert into public.student_questions (cohort_id, subject, question) values (${cohort}, 'Books', 'Which one?')`;
  await amina`update public.student_questions set deleted_at = now() where subject = 'Books'`;

  await amina`insert into public.support_tickets (subject, body)
    values ('No invoice', 'Where do I find the invoice of my course?')`;
  await odile`
    insert into public.ticket_replies (ticket_id, body) select id, 'It is attached.' from public.support_tickets`;
  await odile`update public.support_tickets set status = 'waiting'`;
  await amina`
    insert into public.error_reports (app, version, message, details, occurred_at)
    values ('flutter', '1.4.2', 'The video did not load.', '{"screen": "lesson", "status": 504}', ${the.at(0)})`;
  await told(the, "make", {
    type: "form.submitted",
    occurred_at: the.at(0),
    provider_ref: "response_81",
    form: "Placement test",
    email: AMINA,
    name: "Amina Buyer",
    fields: { level: "A2", goal: "Talk to my neighbours." },
  });
  await odile`update public.enrollments set status = 'completed'`;
}

/** A session is bought, moved, held and recorded; another is moved and cancelled in the app. */
async function tutoring(the: Scene): Promise<void> {
  const { sql } = the;
  await sql`
    insert into public.products (sku, name, price_minor, currency, kind, tutor_email, session_minutes)
    values ('lesson', 'An hour of French', 3500, 'EUR', 'tutoring_session', ${TOM}, 60)`;
  await sold(the, "stripe", "pi_lesson", [{ sku: "lesson", quantity: 1, starts_at: the.at(72) }]);
  const [booked] = await sql`select id from public.tutoring_sessions`;
  await planned(the, { session_id: booked!.id, provider_ref: "event_lesson" }, the.at(96), the.at(97));

  const meeting = {
    type: "meeting.recorded",
    provider_ref: "90210",
    title: "An hour of French",
    url: "https://recordings.example.com/calls/90210",
    share_url: "https://recordings.example.com/share/90210",
    scheduled_start_at: the.at(96),
    scheduled_end_at: the.at(97),
    started_at: the.at(96),
    ended_at: the.at(97),
    language: "en",
    people: [
      { name: "Tom Tutor", email: TOM },
      { name: "Amina Buyer", email: AMINA },
    ],
    transcript: null,
    nobody_spoke: null,
    meeting_url: null,
  } as const;
  const practise = {
    description: "Practise the subjunctive.",
    completed: false,
    assignee_name: "Amina Buyer",
    assignee_email: AMINA,
  };
  const listen = { ...practise, description: "Listen to the news in French.", at_seconds: 2710, url: null };
  const items = [{ ...practise, at_seconds: 1540, url: `${meeting.url}?timestamp=1540` }];
  await told(the, "fathom", {
    ...meeting,
    occurred_at: the.at(98),
    people: [...meeting.people],
    summary_markdown: "## Summary\n\nThe subjunctive, and when not to use it.",
    action_items: items,
  });
  await told(the, "fathom", {
    ...meeting,
    occurred_at: the.at(99),
    people: [...meeting.people],
    summary_markdown: "## Summary\n\nThe subjunctive, when not to use it, and the news.",
    action_items: [...items, listen],
  });
  // Another hour, for which Tom waits in vain.
  await sold(the, "stripe", "pi_missed_lesson", [{ sku: "lesson", quantity: 1, starts_at: the.at(192) }]);
  await told(the, "fathom", {
    ...meeting,
    ...{ provider_ref: "90211", occurred_at: the.at(194), started_at: the.at(192), ended_at: the.at(193) },
    ...{ scheduled_start_at: the.at(192), scheduled_end_at: the.at(193), people: [...meeting.people] },
    ...{ summary_markdown: null, action_items: null, nobody_spoke: false },
    transcript: [{ speaker: "Tom Tutor", email: TOM, text: "Amina, can you hear me?", at_seconds: 12 }],
  });

  await sold(the, "stripe", "pi_next_lesson", [{ sku: "lesson", quantity: 1, starts_at: the.at(240) }]);
  const [next] = await sql`select id from public.tutoring_sessions where status = 'scheduled'`;
  await sql`
    update public.tutoring_sessions set created_at = now() - interval '2 days', starts_at = ${the.at(23)},
      ends_at = ${the.at(24)}
    where id = ${next!.id}`;
  await sql`select tutoring.remind()`;
  await sql`update public.tutoring_sessions set starts_at = ${the.at(240)}, ends_at = ${the.at(241)}
    where id = ${next!.id}`;
  const amina = inAnApp(the, AMINA);
  await amina`select public.reschedule_session(${next!.id}, ${the.at(264)}, 'I am at the dentist on Friday.')`;
  await amina`select public.cancel_session(${next!.id}, 'I am ill.')`;
}

/** A membership begins and ends; credits are bought. */
async function community(the: Scene): Promise<void> {
  const membership = {
    type: "membership.updated",
    provider_ref: "sub_amina",
    customer_ref: "cus_amina",
    email: AMINA,
    product_ref: "price_community",
    current_period_start: the.at(0),
    current_period_end: the.at(720),
  } as const;
  await told(the, "stripe", { ...membership, occurred_at: the.at(0), status: "active", cancel_at_period_end: false });
  await told(the, "stripe", {
    ...membership,
    occurred_at: the.at(48),
    status: "cancelled",
    cancel_at_period_end: true,
  });

  await the.sql`
    insert into public.products (sku, name, price_minor, currency, kind, credits)
      values ('credits-10', 'Ten credits', 1500, 'EUR', 'credit_pack', 10)`;
  await sold(the, "stripe", "pi_credits", [{ sku: "credits-10", quantity: 1 }]);
}

/** An event that nobody can apply is raised as an alert and resolved; and the daily digest is due. */
async function attention({ sql }: Scene): Promise<void> {
  const event = { provider: "stripe", provider_event_id: "evt_broken", type: "charge.updated", trust: "signed" };
  await sql`
    select inbox.receive(${sql.json([{ ...event, body: "{}", error: "data.object.amount is not a number" }])})`;
  await sql`select ops.tell_attention()`;
  await sql`
    update inbox.events set status = 'ignored', next_attempt_at = null where provider_event_id = 'evt_broken'`;
  await sql`
    update ops.alert_settings set last_digest_at = now() - interval '2 days', digest_at = '00:00' where only_row`;
  await sql`select ops.tell_attention()`;
}
