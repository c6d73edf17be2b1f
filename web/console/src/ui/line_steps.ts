/**
 * One line from the provider to the last receipt: the answer of `console.line` as steps, in the order in which they
 * happened, with the time between them. What failed, and what took long, is marked.
 */
import type { Line, LineChange, LineDelivery, LineEvent } from "../api/types.ts";

export type Tone = "good" | "bad" | "waiting" | "off";

export interface Step {
  key: string;
  kind: "provider" | "received" | "facts" | "change" | "message" | "delivery" | "attempt" | "receipt" | "gap";
  /** How far to the right: 0 the event, 1 its messages and deliveries, 2 attempts and receipts. */
  depth: 0 | 1 | 2;
  at: string | null;
  /** Since the step before, in ms; undefined where there is none. */
  after?: number;
  /** It took longer than it should. */
  slow: boolean;
  tone: Tone;
  title: string;
  detail: string | null;
  /** Where the step is shown whole: kind and id. */
  link?: { kind: "events" | "messages" | "deliveries"; id: string };
  change?: LineChange;
  facts?: unknown;
}

/** Between two steps more than this is shown in red. A retry waits on purpose: attempts are not measured by it. */
const SLOW_MS = 60_000;

const EVENT_TONES: Record<string, Tone> = { applied: "good", ignored: "off", parked: "waiting" };
const DELIVERY_TONES: Record<string, Tone> = {
  delivered: "good",
  dead: "bad",
  cancelled: "off",
  pending: "waiting",
  sending: "waiting",
};
const EVENT_WORDS: Record<string, string> = {
  applied: "Received and applied",
  ignored: "Received; nothing to do",
  parked: "Received; waits for something that is not here yet",
  failed: "Received; applying it failed",
  dead: "Received; given up",
};

const time = (at: string | null | undefined) => (at ? Date.parse(at) : Number.NaN);
const byTime = <Item>(at: (item: Item) => string | null) => {
  return (a: Item, b: Item) => (time(at(a)) || 0) - (time(at(b)) || 0);
};

/** The steps, in order. Nothing of the answer is left out. */
export function stepsOf(line: Line): Step[] {
  const steps: Step[] = [];
  const told = new Set<string>();
  const changes = [...line.changes].sort(byTime(({ at }) => at));

  for (const event of [...line.events].sort(byTime(({ received_at }) => received_at))) {
    steps.push(...eventSteps(event));
    const own = changes.filter(({ event_id }) => event_id === event.id);
    if (own.length === 0 && event.status === "applied")
      steps.push(note(`${event.id}-nothing`, "No row changed: what it says was known already, or concerns no table."));
    for (const change of own) pushChange(change);
  }
  const others = changes.filter(({ message_id }) => !told.has(message_id));
  if (others.length > 0 && line.events.length > 0)
    steps.push(note("others", "Not caused by an event above: an admin, an app, or a job."));
  for (const change of others) pushChange(change);
  const orphans = line.deliveries.filter(({ message_id }) => !told.has(String(message_id)));
  for (const delivery of orphans) steps.push(...deliverySteps(delivery, null));
  return steps.map((step, i) => measured(step, steps.slice(0, i)));

  function pushChange(change: LineChange): void {
    told.add(change.message_id);
    steps.push({
      key: `change-${change.message_id}`,
      kind: "change",
      depth: 0,
      at: change.at,
      slow: false,
      tone: "good",
      title: change.table,
      detail: change.row_id,
      change,
    });
    const deliveries = line.deliveries.filter(({ message_id }) => message_id === change.message_id);
    steps.push({
      key: `message-${change.message_id}`,
      kind: "message",
      depth: 1,
      at: change.at,
      slow: false,
      tone: deliveries.length > 0 ? "good" : "off",
      title: change.type,
      detail: deliveries.length > 0 ? null : "No route: no destination takes this message.",
      link: { kind: "messages", id: change.message_id },
    });
    for (const delivery of deliveries.sort(byTime(({ created_at }) => created_at)))
      steps.push(...deliverySteps(delivery, change.at));
  }
}

function note(key: string, title: string): Step {
  return { key, kind: "gap", depth: 0, at: null, slow: false, tone: "off", title, detail: null };
}

function eventSteps(event: LineEvent): Step[] {
  const common = { depth: 0 as const, slow: false };
  const steps: Step[] = [
    {
      ...common,
      key: `provider-${event.id}`,
      kind: "provider",
      at: event.occurred_at,
      tone: "good",
      title: `${event.provider}: ${event.type ?? "an event"}`,
      detail: event.provider_event_id,
    },
    {
      ...common,
      key: `event-${event.id}`,
      kind: "received",
      at: event.received_at,
      tone: EVENT_TONES[event.status] ?? "bad",
      title: EVENT_WORDS[event.status] ?? `Received: ${event.status}`,
      detail: event.error,
      link: { kind: "events", id: event.id },
    },
  ];
  const facts = Array.isArray(event.facts) ? event.facts : [];
  if (facts.length > 0)
    steps.push({
      ...common,
      key: `facts-${event.id}`,
      kind: "facts",
      at: null,
      tone: "good",
      title: facts.map((fact) => String((fact as { type?: unknown })?.type ?? "fact")).join(", "),
      detail: facts.length === 1 ? "1 fact" : `${facts.length} facts`,
      facts,
    });
  return steps;
}

function deliverySteps(delivery: LineDelivery, messageAt: string | null): Step[] {
  const id = String(delivery.id);
  const tone = DELIVERY_TONES[delivery.status] ?? "bad";
  const overdue = tone === "waiting" && delivery.attempts.some(({ error }) => error !== null);
  const steps: Step[] = [
    {
      key: `delivery-${id}`,
      kind: "delivery",
      depth: 1,
      at: delivery.created_at,
      slow: time(delivery.delivered_at) - time(messageAt ?? delivery.created_at) > SLOW_MS,
      tone: overdue ? "bad" : tone,
      title: `${delivery.destination}: ${delivery.status}`,
      detail: tone === "good" ? null : delivery.last_error,
      link: { kind: "deliveries", id },
    },
  ];
  delivery.attempts.forEach((attempt, i) => {
    const failed = attempt.error !== null || (attempt.http_status ?? 200) >= 400;
    steps.push({
      key: `attempt-${id}-${i}`,
      kind: "attempt",
      depth: 2,
      at: attempt.at,
      slow: false,
      tone: failed ? "bad" : "good",
      title: `Attempt ${i + 1}${attempt.http_status === null ? "" : `: status ${attempt.http_status}`}`,
      detail: [attempt.ms === null ? null : `took ${attempt.ms} ms`, attempt.error].filter(Boolean).join("; ") || null,
    });
  });
  delivery.receipts.forEach((receipt, i) => {
    steps.push({
      key: `receipt-${id}-${i}`,
      kind: "receipt",
      depth: 2,
      at: receipt.at,
      slow: false,
      tone: /fail|error|reject/.test(receipt.status) ? "bad" : "good",
      title: `Receipt: ${receipt.status}`,
      detail: receipt.detail,
    });
  });
  return steps;
}

/** With the time since the step that it follows: the nearest one before it that is not deeper and has a time. */
function measured(step: Step, before: readonly Step[]): Step {
  if (step.at === null || step.kind === "provider") return step;
  const previous = before.findLast((each) => each.at !== null && (each.depth < step.depth || sameBranch(each, step)));
  if (!previous) return step;
  const after = time(step.at) - time(previous.at);
  if (Number.isNaN(after)) return step;
  return { ...step, after, slow: step.slow || (step.kind !== "attempt" && after > SLOW_MS) };
}

function sameBranch(a: Step, b: Step): boolean {
  if (a.depth !== b.depth) return false;
  return b.depth === 0 || (b.depth === 2 && a.depth === 2);
}
