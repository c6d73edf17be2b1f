/** A day on the course platform, as apps live it: over the Data API, with nothing but the people's own tokens. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aBuyer, type House, startHouse, until } from "./harness.ts";

let house: House;
type Person = Awaited<ReturnType<typeof aBuyer>>;
let student: Person;
let instructor: Person;
let admin: Person;
let stranger: Person;
let cohort: string;

beforeAll(async () => {
  house = await startHouse();
  [student, instructor, admin, stranger] = (await Promise.all(Array.from({ length: 4 }, () => aBuyer(house)))) as [
    Person,
    Person,
    Person,
    Person,
  ];
  await house.sql`insert into public.admins (user_id) values (${admin.id})`;
  const { data } = await admin.client.from("cohorts").insert({ name: "Maths", capacity: 1 }).select("id").single().throwOnError();
  cohort = data.id;
  await admin.client.from("cohort_instructors").insert({ cohort_id: cohort, user_id: instructor.id }).throwOnError();
  await admin.client.from("enrollments").insert({ cohort_id: cohort, email: student.email }).throwOnError();
});
afterAll(async () => {
  await Promise.all([student, instructor, admin, stranger].map((person) => person?.client.realtime.disconnect()));
  await house?.stop();
});

/** What make.com was told of this type, once it was. */
async function told(type: string): Promise<Record<string, unknown>> {
  const message = await until(`make.com to hear ${type}`, () =>
    house.receiver.received.find((one) => one.path === "/make" && one.type === type),
  );
  return JSON.parse(message.body).data;
}

test("an admin enrols, the student is welcomed, and the cohort is full", async () => {
  expect(await told("enrollment.created")).toMatchObject({ email: student.email, cohort_name: "Maths", order_number: null });
  const { error } = await admin.client.from("enrollments").insert({ cohort_id: cohort, email: stranger.email });
  expect(error).toMatchObject({ code: "23514", message: "the cohort is full" });
});

test("a student asks, the instructor is told, answers, and the student hears of it", async () => {
  const heard: unknown[] = [];
  const channel = student.client.channel(`user:${student.id}`, { config: { private: true } });
  channel.on("broadcast", { event: "UPDATE" }, ({ payload }) => heard.push(payload.record.answer));
  await new Promise<void>((resolve, reject) =>
    channel.subscribe((status, error) => (status === "SUBSCRIBED" ? resolve() : error && reject(error))),
  );

  const question = { cohort_id: cohort, subject: "Homework", question: "Why?" };
  await student.client.from("student_questions").insert(question).throwOnError();
  expect(await told("question.asked")).toMatchObject({ email: student.email, instructor_emails: [instructor.email] });
  await instructor.client.from("student_questions").update({ answer: "Because." }).eq("cohort_id", cohort).throwOnError();
  await until("the answer", () => heard.length > 0);
  expect(heard).toEqual(["Because."]);
  expect(await told("question.answered")).toMatchObject({ email: student.email, answer: "Because.", answered_by: instructor.id });
});

test("a student asks for an appointment, and the instructor takes it", async () => {
  const starts_at = "2027-01-01T10:00:00Z";
  await student.client
    .from("appointments")
    .insert({ cohort_id: cohort, title: "A talk", starts_at, ends_at: "2027-01-01T11:00:00Z" })
    .throwOnError();
  expect(await told("appointment.created")).toMatchObject({
    email: student.email,
    user_id: student.id,
    instructor_emails: [instructor.email],
  });
  await instructor.client.from("appointments").update({ status: "confirmed" }).eq("cohort_id", cohort).throwOnError();
  expect(await told("appointment.changed")).toMatchObject({ status: "confirmed", instructor_user_id: instructor.id });
});

test("a ticket goes to and fro", async () => {
  const { data: ticket } = await student.client
    .from("support_tickets")
    .insert({ subject: "Help", body: "It does not work." })
    .select("id, number")
    .single()
    .throwOnError();
  await admin.client.from("ticket_replies").insert({ ticket_id: ticket.id, body: "It does now." }).throwOnError();
  expect(await told("ticket.replied")).toMatchObject({ from_staff: true, ticket_email: student.email, ticket_number: ticket.number });
  await student.client.from("support_tickets").update({ status: "closed" }).eq("id", ticket.id).throwOnError();
  expect(await told("ticket.changed")).toMatchObject({ id: ticket.id, status: "closed" });
});

test("a cohort writes to itself, and errors are reported", async () => {
  await student.client.from("cohort_messages").insert({ cohort_id: cohort, body: "Hello." }).throwOnError();
  expect(await told("cohort_message.posted")).toMatchObject({ student_emails: [student.email], instructor_emails: [instructor.email] });
  await student.client.from("error_reports").insert({ app: "flutter", message: "It broke." }).throwOnError();
  expect(await told("error.reported")).toMatchObject({ user_id: student.id, message: "It broke." });
});

describe("a stranger", () => {
  test.each(["enrollments", "appointments", "student_questions", "support_tickets", "ticket_replies", "cohort_messages", "error_reports"])(
    "sees nothing of %s",
    async (table) => {
      expect(await stranger.client.from(table).select("id")).toMatchObject({ data: [], error: null });
    },
  );

  test("writes to no cohort that is not his", async () => {
    const { error: message } = await stranger.client.from("cohort_messages").insert({ cohort_id: cohort, body: "Hello." });
    const { error: question } = await stranger.client.from("student_questions").insert({ cohort_id: cohort, subject: "x", question: "y" });
    expect([message?.code, question?.code]).toEqual(["42501", "42501"]);
  });
});
