/** One way to bring messages to a receiver, to be measured beside others. */
export interface Deliverer {
  name: string;
  /** What happens to one message. */
  does: string;
  /** Where it sends to at the sink. */
  path: string;
  /** Of how many messages one turn consists, in units of the plan's. */
  share: number;
  /** Commits so many messages, not one of which is sent before `start`. */
  load(messages: number): Promise<void>;
  /** From now on messages are sent. */
  start(): Promise<void>;
  /** Whether everything that was committed is sent, and that is recorded. */
  done(): Promise<boolean>;
  /** Sends nothing any more; the next turn is another's. */
  rest(): Promise<void>;
  /** Commits one message; returns its webhook-id and when its commit began (ms of `now()`). */
  add(): Promise<{ id: string; at: number }>;
  /** The process that sends. */
  pid(): number;
  /** Says in numbers that everything was delivered and recorded once. @throws Error when something is missing. */
  check(): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

/** What is signed and sent: a message as outbox.capture_change makes them, of a usual order's size. */
export function payload(number: number): string {
  const at = "2026-01-15T10:20:30.123456Z";
  const name = `Enamel mug, ${number}`;
  return JSON.stringify({
    type: "order.created",
    timestamp: at,
    data: {
      id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
      status: "confirmed",
      customer_email: "amina.buyer@example.com",
      total_minor: 4900,
      currency: "EUR",
      created_at: at,
      updated_at: at,
      items: [1, 2].map((line) => ({
        line,
        kind: "product",
        sku: `mug-${number}-${line}`,
        name,
        quantity: line,
        price_minor: 2450,
        currency: "EUR",
      })),
      payment: {
        provider: "stripe",
        provider_ref: `pi_${number}`,
        status: "captured",
        amount_minor: 4900,
        currency: "EUR",
      },
    },
    change: { table: "orders", operation: "INSERT", sequence: number, columns: null, previous: null },
  });
}
