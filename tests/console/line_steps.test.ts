import { expect, test } from "vitest";
import type { Line } from "../../web/console/src/api/types.ts";
import { stepsOf } from "../../web/console/src/ui/line_steps.ts";

const at = (seconds: number) => new Date(Date.parse("2026-11-28T12:00:00Z") + seconds * 1_000).toISOString();

const event = (id: string, set: Partial<Line["events"][number]> = {}): Line["events"][number] => ({
  id,
  provider: "stripe",
  type: "payment_intent.succeeded",
  provider_event_id: "evt_1",
  status: "applied",
  occurred_at: at(0),
  received_at: at(1),
  error: null,
  facts: [{ type: "payment.captured" }],
  caused_by: null,
  ...set,
});

const change = (message_id: string, event_id: string | null): Line["changes"][number] => ({
  message_id,
  type: "order.paid",
  table: "orders",
  row_id: "o1",
  before: null,
  after: { id: "o1" },
  event_id,
  at: at(2),
  version: "1",
});

const delivery = (id: string, set: Partial<Line["deliveries"][number]> = {}): Line["deliveries"][number] => ({
  id,
  message_id: "m1",
  destination: "make",
  status: "delivered",
  attempts_made: 1,
  created_at: at(2),
  due_at: at(2),
  delivered_at: at(3),
  last_error: null,
  attempts: [{ at: at(3), http_status: 200, ms: 40, error: null }],
  receipts: [{ at: at(4), status: "processed", detail: null }],
  ...set,
});

const line = (set: Partial<Line>): Line => ({ title: "", about: [], events: [], changes: [], deliveries: [], ...set });
const outline = (steps: ReturnType<typeof stepsOf>) => steps.map(({ kind, tone }) => `${kind} ${tone}`);

test("a purchase goes from the provider to the receipt, in order", () => {
  const steps = stepsOf(line({ events: [event("e1")], changes: [change("m1", "e1")], deliveries: [delivery("1")] }));
  expect(outline(steps)).toEqual([
    "provider good",
    "received good",
    "facts good",
    "change good",
    "message good",
    "delivery good",
    "attempt good",
    "receipt good",
  ]);
  expect(steps.map(({ after }) => after)).toEqual([undefined, 1_000, undefined, 1_000, 0, 0, 1_000, 1_000]);
});

test("what failed is red, with its reason: the event, the delivery, the attempt", () => {
  const failed = delivery("1", {
    status: "dead",
    delivered_at: null,
    last_error: "status 500",
    attempts: [{ at: at(3), http_status: 500, ms: 40, error: "status 500" }],
    receipts: [],
  });
  const steps = stepsOf(
    line({
      events: [event("e1"), event("e2", { status: "failed", error: "no such payment", facts: null })],
      changes: [change("m1", "e1")],
      deliveries: [failed],
    }),
  );
  expect(steps.filter(({ tone }) => tone === "bad").map(({ kind, detail }) => [kind, detail])).toEqual([
    ["delivery", "status 500"],
    ["attempt", "took 40 ms; status 500"],
    ["received", "no such payment"],
  ]);
});

test("a long time between two steps is marked", () => {
  const steps = stepsOf(line({ events: [event("e1", { received_at: at(600) })] }));
  expect(steps.find(({ kind }) => kind === "received")).toMatchObject({ after: 600_000, slow: true });
});

test("a message that no destination takes says so, and nothing of the answer is left out", () => {
  const lost = delivery("9", { message_id: "unknown" });
  const steps = stepsOf(
    line({ events: [event("e1")], changes: [change("m1", "e1"), change("m2", null)], deliveries: [lost] }),
  );
  expect(steps.filter(({ kind }) => kind === "message").map(({ detail }) => detail)).toEqual([
    "No route: no destination takes this message.",
    "No route: no destination takes this message.",
  ]);
  expect(steps.filter(({ kind }) => kind === "gap").map(({ title }) => title)).toEqual([
    "Not caused by an event above: an admin, an app, or a job.",
  ]);
  expect(steps.some(({ key }) => key === "delivery-9")).toBe(true);
});
