/** The history checker: a clean history is clean, and a history that breaks one rule breaks that rule alone. */
import { describe, expect, test } from "vitest";
import type { Arrival, History } from "../../../simulator/chaos/history.ts";
import { RULES, violationsOf } from "../../../simulator/chaos/rules.ts";

const CHECKOUT = "1f0e9b52-6c0f-4a7e-8f0a-3b1f5f7d2c11";
const OPEN = "1f0e9b52-6c0f-4a7e-8f0a-3b1f5f7d2c12";

function arrival(id: string, more: Partial<Arrival> = {}): Arrival {
  return {
    ...{ destination: "railway", id, at: 1000, verified: true, status: 200, answeredAt: 1010 },
    ...{ record: "products/1", sequence: 1 },
    ...more,
  };
}

const sale = {
  ...{ checkout: CHECKOUT, provider: "stripe", sku: "mug", quantity: 2, currency: "EUR" },
  ...{ capturedMinor: 4900, refundedMinor: 1600, refundDueMinor: 1600 },
};
const event = {
  provider: "stripe",
  type: "payment_intent.succeeded",
  sha256: "aa",
  authentic: true,
  checkout: CHECKOUT,
};

/** Two purchases, one of them abandoned and forged about; a pack of credits; two messages about one product. */
function clean(): History {
  return {
    ...{ from: 0, timeoutMs: 2000, disruptions: [], leaks: [], unsettled: [] },
    sent: [
      {
        ...{ ...event, keptUnconfirmed: false },
        answers: [
          { at: 5, status: 503, id: null },
          { at: 10, status: 200, id: "e1" },
          { at: 20, status: 200, id: "e1" },
        ],
      },
      {
        ...{ ...event, sha256: "bb", authentic: false, keptUnconfirmed: false, checkout: OPEN },
        answers: [{ at: 30, status: 401, id: null }],
      },
      {
        ...{ ...event, provider: "fapshi", sha256: "cc", authentic: false, keptUnconfirmed: true, checkout: OPEN },
        answers: [{ at: 40, status: 200, id: "e2" }],
      },
    ],
    arrivals: [
      arrival("msg_1", { at: 500, status: 500, answeredAt: 510 }),
      arrival("msg_1"),
      arrival("msg_2", { at: 1100, answeredAt: 1110, sequence: 2 }),
      arrival("evt_1", { destination: "railway_stripe", record: null, sequence: null }),
    ],
    sales: [{ ...sale }, { ...sale, checkout: OPEN, capturedMinor: 0, refundedMinor: 0, refundDueMinor: 0 }],
    credits: [
      { paymentRef: "pay_1", credits: 50, refunded: false },
      { paymentRef: "pay_2", credits: 50, refunded: true },
    ],
    end: {
      events: [
        { id: "e1", provider: "stripe", sha256: "aa", status: "applied", trust: "signed", error: null },
        { id: "e2", provider: "fapshi", sha256: "cc", status: "ignored", trust: "unconfirmed", error: "Kept." },
      ],
      earlier: [],
      deliveries: [
        {
          id: 1,
          messageId: "msg_1",
          destination: "railway",
          record: "p",
          status: "delivered",
          error: null,
          unanswered: 0,
        },
        {
          id: 2,
          messageId: "msg_2",
          destination: "railway",
          record: "p",
          status: "delivered",
          error: null,
          unanswered: 0,
        },
        {
          id: 3,
          messageId: "evt_1",
          destination: "railway_stripe",
          record: "s",
          status: "delivered",
          error: null,
          unanswered: 0,
        },
        {
          id: 4,
          messageId: "msg_3",
          destination: "paypal",
          record: "a",
          status: "cancelled",
          error: null,
          unanswered: 0,
        },
      ],
      payments: [
        {
          ...{ provider: "stripe", ref: "pi_1", checkout: CHECKOUT, currency: "EUR" },
          ...{ capturedMinor: 4900, refundedMinor: 1600 },
        },
      ],
      orders: [{ id: "o1", checkout: CHECKOUT, status: "confirmed", totalMinor: 4900 }],
      products: [{ sku: "mug", free: 6, held: 2, taken: 2, given: 10 }],
      cohorts: [{ sku: "seat", capacity: 3, seats: 0 }],
      credits: [{ paymentRef: "pay_1", credits: 50 }],
      ...{ inconsistencies: [], attention: [] },
    },
  };
}

type Broken = (history: History) => void;

/** For each rule, histories that break it. */
const BROKEN: Record<string, Record<string, Broken>> = {
  acceptedEventsAreArchived: {
    "an answer of 200 for a row that is not there": ({ sent }) => Object.assign(sent[2]!.answers[0]!, { id: "e9" }),
    "an answer of 200 without an id": ({ sent }) => Object.assign(sent[2]!.answers[0]!, { id: null }),
  },
  eventsAreArchivedOnce: {
    "two rows with one body": ({ end }) => end.events.push({ ...end.events[0]!, id: "e3" }),
  },
  acceptedEventsAreApplied: {
    "an event that stays failed": ({ end }) => Object.assign(end.events[0]!, { status: "failed", error: "trouble" }),
    "an event that nobody confirms": ({ end }) => Object.assign(end.events[0]!, { trust: "unconfirmed" }),
    "an authentic event that is refused": ({ sent }) =>
      sent.push({ ...sent[0]!, sha256: "dd", answers: [{ at: 1, status: 401, id: null }] }),
  },
  messagesAreDeliveredOrSayWhy: {
    "a delivery that is never settled": ({ end }) => Object.assign(end.deliveries[3]!, { status: "pending" }),
    "a dead delivery without a reason": ({ end }) => Object.assign(end.deliveries[3]!, { status: "dead" }),
    "a dead delivery that nobody is shown": ({ end }) =>
      Object.assign(end.deliveries[3]!, { status: "dead", error: "410" }),
    "what does not come to rest": ({ unsettled }) => unsettled.push("delivery 9 is sending"),
  },
  deliveredMeansAccepted: {
    "a delivery whose receiver answered 500": ({ arrivals }) => {
      arrivals.splice(
        3,
        1,
        arrival("evt_1", { destination: "railway_stripe", record: null, sequence: null, status: 500 }),
      );
    },
  },
  deadMeansRefused: {
    "a delivery that is given up though its receiver refused nothing": ({ end, arrivals }) => {
      Object.assign(end.deliveries[2]!, { status: "dead", error: "500" });
      Object.assign(arrivals[3]!, { status: 500 });
      end.attention.push({ what: "delivery dead", which: "3", why: "500" });
    },
  },
  receiversGetOnlyWhatWasWritten: {
    "a signature that is wrong": ({ arrivals }) => Object.assign(arrivals[0]!, { verified: false }),
    "a message that no delivery stands for": ({ arrivals }) =>
      arrivals.push(arrival("msg_9", { record: "orders/1", sequence: 9 })),
  },
  deliveriesAreSentByOneCourier: {
    "a second request before the first was answered": ({ arrivals }) => {
      Object.assign(arrivals[0]!, { answeredAt: 1100 });
    },
  },
  acceptedIsNotSentAgain: {
    "a request after an accepted one": ({ arrivals }) =>
      arrivals.push(arrival("msg_2", { at: 1500, answeredAt: 1510, sequence: 2 })),
  },
  recordsStayInOrder: {
    "a later message before the earlier one is accepted": ({ arrivals }) => {
      Object.assign(arrivals[2]!, { at: 700, answeredAt: 710 });
    },
  },
  moneyIsWhatTheProvidersTook: {
    "a payment that we do not know of": ({ end }) => end.payments.splice(0, 1),
    "more money than was taken": ({ end }) => Object.assign(end.payments[0]!, { capturedMinor: 9800 }),
    "a refund that we do not know of": ({ end }) => Object.assign(end.payments[0]!, { refundedMinor: 0 }),
    "a refund made twice": ({ sales, end }) => {
      Object.assign(sales[0]!, { refundedMinor: 3200 });
      Object.assign(end.payments[0]!, { refundedMinor: 3200 });
    },
    "money for a checkout of nobody": ({ end }) =>
      end.payments.push({ ...end.payments[0]!, ref: "pi_9", checkout: "another" }),
  },
  paidCheckoutsHaveOneOrder: {
    "a paid checkout without an order": ({ end }) => end.orders.splice(0, 1),
    "two orders of one checkout": ({ end }) => end.orders.push({ ...end.orders[0]!, id: "o2" }),
    "an order of an unpaid checkout": ({ end }) => end.orders.push({ ...end.orders[0]!, id: "o2", checkout: OPEN }),
  },
  stockIsConserved: {
    "stock that is gone": ({ end }) => Object.assign(end.products[0]!, { free: 5 }),
    "stock below zero": ({ end }) => Object.assign(end.products[0]!, { free: -2, held: 10 }),
    "a sale whose stock is only held": ({ end }) => Object.assign(end.products[0]!, { held: 4, taken: 0 }),
  },
  seatsAreConserved: {
    "more seats than there are": ({ end, sales }) => {
      Object.assign(end.cohorts[0]!, { sku: "mug", capacity: 1, seats: 2 });
      Object.assign(sales[0]!, { quantity: 2 });
    },
    "a seat that nobody paid for": ({ end }) => Object.assign(end.cohorts[0]!, { seats: 1 }),
  },
  creditsAreConserved: {
    "credits given twice": ({ end }) => Object.assign(end.credits[0]!, { credits: 100 }),
    "credits that stay after a refund": ({ end }) => end.credits.push({ paymentRef: "pay_2", credits: 50 }),
  },
  forgeriesHaveNoEffect: {
    "a forged event in the inbox": ({ end }) =>
      end.events.push({ ...end.events[0]!, id: "e7", sha256: "bb", status: "ignored" }),
    "an unconfirmed event that was applied": ({ end }) => Object.assign(end.events[1]!, { status: "applied" }),
  },
  secretsAreNowhereInClear: {
    "a secret in a table": ({ leaks }) => leaks.push({ secret: "FAPSHI_API_KEY", where: "inbox.events" }),
  },
  theAuditFindsNothing: {
    "an inconsistency": ({ end }) => end.inconsistencies.push({ what: "stock", which: "mug", why: "10 are not 9" }),
  },
};

test("a clean history breaks no rule", () => {
  expect(violationsOf(clean())).toEqual([]);
});

test("each rule has a history that breaks it", () => {
  expect(Object.keys(BROKEN).sort()).toEqual(Object.keys(RULES).sort());
});

describe.each(Object.entries(BROKEN))("%s", (rule, histories) => {
  test.each(Object.entries(histories))("finds %s", (_, breakIt) => {
    const history = clean();
    breakIt(history);
    const found = violationsOf(history);
    expect([...new Set(found.map((violation) => violation.rule))]).toEqual([rule]);
    expect(found[0]!.what).toMatch(/\S/);
  });
});

test("what was written before the run may be sent in it", () => {
  const history = clean();
  history.arrivals.push(arrival("msg_8", { at: 900, answeredAt: 910, record: null, sequence: null }));
  expect(violationsOf(history).map(({ rule }) => rule)).toEqual(["receiversGetOnlyWhatWasWritten"]);
  history.end.earlier.push("railway msg_8");
  expect(violationsOf(history)).toEqual([]);
});

describe("a second sending is no fault", () => {
  const again = arrival("msg_2", { at: 1500, answeredAt: 1510, sequence: 2 });

  test.each(["database", "courier", "network"] as const)("when the %s was disrupted in between", (kind) => {
    const history = clean();
    history.arrivals.push(again);
    history.disruptions.push({ kind, destination: kind === "network" ? "railway" : null, from: 1200, to: 1300 });
    expect(violationsOf(history)).toEqual([]);
  });

  test("as often as the courier got no answer, and not once more", () => {
    const history = clean();
    history.arrivals.push(again);
    history.end.deliveries[1]!.unanswered = 1;
    expect(violationsOf(history)).toEqual([]);
    history.arrivals.push(arrival("msg_2", { at: 2500, answeredAt: 2510, sequence: 2 }));
    expect(violationsOf(history)).toHaveLength(1);
  });

  test("while the first is under way, when the courier had given it up: a network let it through late", () => {
    const history = clean();
    const { at } = history.arrivals[2]!;
    history.arrivals.push(arrival("msg_2", { at: at + 1, answeredAt: at + 20, sequence: 2 }));
    Object.assign(history.arrivals[2]!, { answeredAt: at + 10 });
    expect(violationsOf(history).map(({ rule }) => rule)).toContain("deliveriesAreSentByOneCourier");
    history.end.deliveries[1]!.unanswered = 1;
    expect(violationsOf(history)).toEqual([]);
  });

  test("but when another network was", () => {
    const history = clean();
    history.arrivals.push(again);
    history.disruptions.push({ kind: "network", destination: "make", from: 1200, to: 1300 });
    expect(violationsOf(history)).toHaveLength(1);
  });

  test("when the first was answered too late", () => {
    const history = clean();
    Object.assign(history.arrivals[2]!, { answeredAt: 1100 + history.timeoutMs });
    history.arrivals.push(arrival("msg_2", { at: 5000, answeredAt: 5010, sequence: 2 }));
    expect(violationsOf(history)).toEqual([]);
  });
});
