/**
 * A day on the course platform, as apps live it: with the code of docs/guides/courses.md, over the Data API, with
 * nothing but the people's own tokens.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Guide, unfold } from "../docs/guide.ts";
import { aBuyer, startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
type Person = Awaited<ReturnType<typeof aBuyer>>;
let student: Person;
let instructor: Person;
let admin: Person;
let stranger: Person;
let cohort: string;
let guide: Guide;
// The guide's files, by who uses them.
let students: Awaited<ReturnType<Guide["load"]>>;
let instructors: Awaited<ReturnType<Guide["load"]>>;
let admins: Awaited<ReturnType<Guide["load"]>>;

beforeAll(async () => {
  testStack = await startTestStack();
  guide = await unfold("courses.md");
  [students, instructors, admins] = await Promise.all(["student.ts", "instructor.ts", "admin.ts"].map(guide.load));
  [student, instructor, admin, stranger] = (await Promise.all(Array.from({ length: 4 }, () => aBuyer(testStack)))) as [
    Person,
    Person,
    Person,
    Person,
  ];
  await testStack.sql`insert into public.admins (user_id) values (${admin.id})`;
  cohort = await admins.openCohort(admin.client, "Maths", 1, instructor.id);
  await admins.enrol(admin.client, cohort, student.email);
});
afterAll(async () => {
  await Promise.all([student, instructor, admin, stranger].map((person) => person?.client.realtime.disconnect()));
  await guide?.remove();
  await testStack?.stop();
});

/** What make.com was told of this type, once it was. */
async function told(type: string): Promise<Record<string, unknown>> {
  const message = await until(`make.com to hear ${type}`, () =>
    testStack.receiver.received.find((one) => one.path === "/make" && one.type === type),
  );
  return JSON.parse(message.body).data;
}

test("an admin enrols, the student gets a welcome and sees the seat, and the cohort is full", async () => {
  expect(await told("enrollment.created")).toMatchObject({
    email: student.email,
    cohort_name: "Maths",
    order_number: null,
  });
  expect(await students.mySeats(student.client, student)).toMatchObject([
    { status: "active", cohorts: { id: cohort, name: "Maths" } },
  ]);
  expect(await students.mySeats(instructor.client, instructor)).toEqual([]);
  await expect(admins.enrol(admin.client, cohort, stranger.email)).rejects.toMatchObject({
    code: "23514",
    message: "the cohort is full",
  });
});

test("a seat given to an address belongs to the account that confirms it; cancelled, it is free again", async () => {
  const evening = await admins.openCohort(admin.client, "Evenings", 1, instructor.id);
  const email = `late-${crypto.randomUUID()}@example.com`;
  const seat = await admins.enrol(admin.client, evening, email);
  const late = await aBuyer(testStack, email);
  expect(await students.mySeats(late.client, late)).toMatchObject([{ id: seat }]);
  await admins.cancelSeat(admin.client, seat);
  expect(await students.mySeats(late.client, late)).toEqual([]);
  await admins.enrol(admin.client, evening, `next-${email}`);
});

test("seats are put on sale", async () => {
  const course = await admins.openCohort(admin.client, "Physics", 3, instructor.id);
  const sku = `seat-${course}`;
  await admins.sellSeats(admin.client, course, sku, "A seat of Physics", 9900, "EUR");
  const { data } = await stranger.client
    .from("products")
    .select("kind, cohort_id")
    .eq("sku", sku)
    .single()
    .throwOnError();
  expect(data).toEqual({ kind: "cohort_seat", cohort_id: course });
});

test("a student asks, the instructor is told, answers, and the student hears of it", async () => {
  const heard: unknown[] = [];
  const watching = students.listen(student.client, student.id, (table: string, { answer }: Record<string, unknown>) =>
    heard.push([table, answer]),
  );
  await watching.ready;

  const question = await students.ask(student.client, cohort, "Homework", "Why?");
  expect(await told("question.asked")).toMatchObject({ email: student.email, instructor_emails: [instructor.email] });
  expect(await instructors.openQuestions(instructor.client)).toMatchObject([
    { id: question, cohorts: { name: "Maths" } },
  ]);
  await instructors.answer(instructor.client, question, "Because.");
  await until("the answer", () => heard.length > 1);
  expect(heard).toEqual([
    ["student_questions", null],
    ["student_questions", "Because."],
  ]);
  expect(await told("question.answered")).toMatchObject({
    email: student.email,
    answer: "Because.",
    answered_by: instructor.id,
  });
  watching.stop();
});

test("an answer is not the student's to change", async () => {
  const question = await students.ask(student.client, cohort, "Homework", "And why else?");
  await expect(instructors.answer(student.client, question, "No idea.")).rejects.toMatchObject({
    code: "42501",
    message: "instructors and admins answer questions",
  });
});

test("a student asks for an appointment, the instructor takes and moves it, the student cancels it", async () => {
  const [at10, at11, at12] = ["10", "11", "12"].map((hour) => `2027-01-01T${hour}:00:00Z`);
  const talk = await students.requestAppointment(student.client, cohort, "A talk", at10, at11);
  expect(await told("appointment.created")).toMatchObject({
    email: student.email,
    user_id: student.id,
    instructor_emails: [instructor.email],
  });
  await instructors.confirmAppointment(instructor.client, talk, "https://meet.example.com/maths");
  expect(await told("appointment.changed")).toMatchObject({ status: "confirmed", instructor_user_id: instructor.id });
  await instructors.moveAppointment(instructor.client, talk, at11, at12);
  await expect(instructors.moveAppointment(student.client, talk, at10, at11)).rejects.toMatchObject({
    code: "42501",
    message: "a student may cancel an appointment, and change nothing else of it",
  });
  await students.cancelAppointment(student.client, talk);
  const { data } = await instructor.client.from("appointments").select("status").eq("id", talk).single().throwOnError();
  expect(data).toEqual({ status: "cancelled" });
});

test("a ticket goes to and fro", async () => {
  const ticket = await students.openTicket(student.client, "Help", "It does not work.");
  await students.reply(admin.client, ticket.id, "It does now.");
  expect(await told("ticket.replied")).toMatchObject({
    from_staff: true,
    ticket_email: student.email,
    ticket_number: ticket.number,
  });
  await students.closeTicket(student.client, ticket.id);
  expect(await told("ticket.changed")).toMatchObject({ id: ticket.id, status: "closed" });
});

test("a cohort writes to itself, an admin hides what was written, and errors are reported", async () => {
  await students.writeToCohort(student.client, cohort, "Hello.");
  const posted = await told("cohort_message.posted");
  expect(posted).toMatchObject({ student_emails: [student.email], instructor_emails: [instructor.email] });
  await admins.hideMessage(admin.client, posted.id);
  expect(await student.client.from("cohort_messages").select("id")).toMatchObject({ data: [] });
  await students.reportError(student.client, "It broke.", { page: "seats" });
  expect(await told("error.reported")).toMatchObject({ user_id: student.id, message: "It broke." });
});

test("a student changes and deletes a question and a message; others see that, and admins what they said", async () => {
  const question = await students.ask(student.client, cohort, "Books", "Wich one?");
  await students.changeQuestion(student.client, question, "Which one?");
  expect(await told("question.changed")).toMatchObject({ question: "Which one?" });
  await students.deleteQuestion(student.client, question);
  const { data: seen } = await instructor.client
    .from("student_questions")
    .select("subject, question, deleted_at")
    .eq("id", question)
    .single()
    .throwOnError();
  expect(seen).toEqual({ subject: null, question: null, deleted_at: expect.any(String) });
  expect(await admins.earlierVersions(admin.client, question)).toMatchObject([
    { fields: { question: "Wich one?" } },
    { fields: { question: "Which one?" } },
  ]);
  expect(await admins.earlierVersions(student.client, question)).toEqual([]);

  await students.writeToCohort(student.client, cohort, "Hallo");
  const { data: mine } = await student.client
    .from("cohort_messages")
    .select("id")
    .eq("body", "Hallo")
    .single()
    .throwOnError();
  await students.changeMessage(student.client, mine.id, "Hello");
  await expect(students.changeMessage(instructor.client, mine.id, "x")).rejects.toMatchObject({ code: "PGRST116" });
  await students.deleteMessage(student.client, mine.id);
  const { data: left } = await instructor.client
    .from("cohort_messages")
    .select("body, deleted_at")
    .eq("id", mine.id)
    .single()
    .throwOnError();
  expect(left).toEqual({ body: null, deleted_at: expect.any(String) });
});

test("the customer hears staff's reply on the private topic, and answers it: the ticket is open again", async () => {
  const heard: unknown[] = [];
  const watching = students.listen(
    student.client,
    student.id,
    (table: string, { body, from_staff }: Record<string, unknown>) => {
      if (table === "ticket_replies") heard.push([body, from_staff]);
    },
  );
  await watching.ready;
  const ticket = await students.openTicket(student.client, "No invoice", "Where is it?");
  await students.reply(admin.client, ticket.id, "It is attached.");
  await until("the reply", () => heard.length > 0);
  expect(heard).toEqual([["It is attached.", true]]);
  await students.closeTicket(student.client, ticket.id);
  await students.reply(student.client, ticket.id, "It is not.");
  const { data } = await admin.client.from("support_tickets").select("status").eq("id", ticket.id).single();
  expect(data).toEqual({ status: "open" });
  watching.stop();
});

test("people see the profiles of those they learn with, and change their own; an admin finds a person by address", async () => {
  await students.changeProfile(student.client, student.id, {
    ...{ name: "Amina (staff)", picture_url: "https://pictures.example.com/amina.png" },
  });
  const amina = { user_id: student.id, name: "Amina", picture_url: "https://pictures.example.com/amina.png" };
  expect(await students.profiles(instructor.client)).toContainEqual(amina);
  expect(await students.profiles(stranger.client)).toMatchObject([{ user_id: stranger.id }]);
  await expect(students.changeProfile(stranger.client, student.id, { name: "x" })).rejects.toMatchObject({
    code: "PGRST116",
  });
  await expect(
    students.changeProfile(student.client, student.id, { picture_url: "http://pictures.example.com/amina.png" }),
  ).rejects.toMatchObject({ code: "23514" });
  expect(await admins.findPerson(admin.client, student.email.toUpperCase())).toMatchObject([
    { user_id: student.id, account_email: student.email, name: "Amina", confirmed: true },
  ]);
  await expect(admins.findPerson(stranger.client, student.email)).rejects.toMatchObject({ code: "42501" });
});

describe("a stranger", () => {
  test.each([
    "enrollments",
    "appointments",
    "student_questions",
    "support_tickets",
    "ticket_replies",
    "cohort_messages",
    "error_reports",
  ] as const)("sees nothing of %s", async (table) => {
    expect(await stranger.client.from(table).select("id")).toMatchObject({ data: [], error: null });
  });

  test("writes to no other cohort", async () => {
    const { error: message } = await stranger.client
      .from("cohort_messages")
      .insert({ cohort_id: cohort, body: "Hello." });
    const { error: question } = await stranger.client
      .from("student_questions")
      .insert({ cohort_id: cohort, subject: "x", question: "y" });
    expect([message?.code, question?.code]).toEqual(["42501", "42501"]);
  });
});
