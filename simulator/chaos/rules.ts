/**
 * What must hold of a history, whatever faults there were: one function for each rule, which states every violation.
 * Pure. What the database says of itself (ops.audit_consistency, ops.attention) is one rule among others; the others
 * set it against what the providers and the receivers say.
 */
import { type Arrival, type Disruption, type History, isAccepted, type Sale, type SentEvent } from "./history.ts";

export interface Violation {
  /** The name of the rule. */
  rule: string;
  /** What is the case, and with what. */
  what: string;
}

type Rule = (history: History) => string[];

const isTaken = ({ status }: { status: number }) => status >= 200 && status < 300;
const nameOf = ({ provider, type, sha256 }: SentEvent) => `${provider} ${type} ${sha256.slice(0, 8)}`;

function grouped<Item>(items: Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** What was answered 2xx is in inbox.events, whatever crashed after the answer. Sources: the senders; inbox.events. */
function acceptedEventsAreArchived({ sent, end }: History): string[] {
  const archived = new Set(end.events.map(({ id }) => id));
  return sent.flatMap((event) =>
    event.answers
      .filter((answer) => isTaken(answer) && !(answer.id !== null && archived.has(answer.id)))
      .map(({ id }) => `${nameOf(event)} was answered 2xx and is not in inbox.events (${id ?? "no id"})`),
  );
}

/** One body is one row, and all its answers name that row. Sources: the senders; inbox.events. */
function eventsAreArchivedOnce({ sent, end }: History): string[] {
  const rows = grouped(end.events, ({ provider, sha256 }) => `${provider} ${sha256}`);
  return sent.flatMap((event) => {
    const ids = new Set(event.answers.filter(isTaken).map(({ id }) => id));
    const count = rows.get(`${event.provider} ${event.sha256}`)?.length ?? 0;
    return [
      ...(ids.size > 1 ? [`${nameOf(event)} was received under ${ids.size} ids`] : []),
      ...(count > 1 ? [`${nameOf(event)} has ${count} rows in inbox.events`] : []),
    ];
  });
}

/** No authentic event is refused for good, and each has had its effect. Sources: the senders; inbox.events. */
function acceptedEventsAreApplied({ sent, end }: History): string[] {
  const rows = new Map(end.events.map((row) => [row.id, row]));
  return sent
    .filter(({ authentic }) => authentic)
    .flatMap((event) => {
      const taken = event.answers.find(isTaken);
      if (!taken) return [`${nameOf(event)} was never taken: answered ${event.answers.at(-1)?.status ?? "nothing"}`];
      const row = taken.id === null ? undefined : rows.get(taken.id);
      if (!row || (["applied", "ignored"].includes(row.status) && row.trust !== "unconfirmed")) return [];
      return [`${nameOf(event)} is ${row.status}, ${row.trust}: ${row.error ?? "without a reason"}`];
    });
}

/**
 * Every delivery is settled. One that is dead says why, and is shown to people. Sources: outbox.deliveries;
 * ops.attention; what did not come to rest.
 */
function messagesAreDeliveredOrSayWhy({ end, unsettled }: History): string[] {
  const shown = end.attention.some(({ what }) => /deliver|dead/.test(what));
  return [
    ...unsettled,
    ...end.deliveries.flatMap(({ id, destination, status, error }) => {
      const name = `delivery ${id} to ${destination}`;
      if (status === "dead" && error === null) return [`${name} is dead without a reason`];
      if (status === "dead" && !shown) return [`${name} is dead, and ops.attention says nothing of it`];
      return ["delivered", "cancelled", "dead"].includes(status)
        ? []
        : [`${name} is ${status}: ${error ?? "no reason"}`];
    }),
  ];
}

/** Where receivers listen; what goes elsewhere is work of the courier itself. */
const RECEIVERS = ["make", "railway", "railway_stripe"];

/** What is called delivered was accepted by its receiver. Sources: outbox.deliveries; the receivers. */
function deliveredMeansAccepted({ arrivals, end }: History): string[] {
  const accepted = new Set(arrivals.filter(isAccepted).map(({ destination, id }) => `${destination} ${id}`));
  return end.deliveries
    .filter(({ destination, status }) => status === "delivered" && RECEIVERS.includes(destination))
    .filter(({ destination, messageId }) => !accepted.has(`${destination} ${messageId}`))
    .map(
      ({ id, destination, messageId }) =>
        `delivery ${id} (${messageId}) is delivered; ${destination} never accepted it`,
    );
}

/** A delivery is given up only where its receiver refused it. Sources: outbox.deliveries; the receivers. */
function deadMeansRefused({ arrivals, end }: History): string[] {
  const isRefusal = (status: number | null) => status !== null && status >= 400 && status < 500 && status !== 429;
  const refused = new Set(
    arrivals.filter(({ status }) => isRefusal(status)).map(({ destination, id }) => `${destination} ${id}`),
  );
  return end.deliveries
    .filter(({ destination, status }) => status === "dead" && RECEIVERS.includes(destination))
    .filter(({ destination, messageId }) => !refused.has(`${destination} ${messageId}`))
    .map(({ id, destination, error }) => `delivery ${id} is dead (${error}); ${destination} never refused it`);
}

/** Every request at a receiver is signed, and one of our deliveries. Sources: the receivers; outbox.deliveries. */
function receiversGetOnlyWhatWasWritten({ arrivals, end }: History): string[] {
  const written = new Set([
    ...end.deliveries.map(({ destination, messageId }) => `${destination} ${messageId}`),
    ...end.earlier,
  ]);
  return arrivals.flatMap(({ destination, id, verified }) => [
    ...(verified ? [] : [`${destination} got ${id} with a signature that its library refuses`]),
    ...(written.has(`${destination} ${id}`) ? [] : [`${destination} got ${id}, which no delivery stands for`]),
  ]);
}

/** Whether something between the two times lets a delivery be sent again. */
function isExcused(disruptions: Disruption[], destination: string, from: number, to: number): boolean {
  return disruptions.some(
    (one) => one.from <= to && one.to >= from && (one.destination === null || one.destination === destination),
  );
}

/** Each arrival of a delivery with the one after it. */
function repeats(arrivals: Arrival[]): [first: Arrival, again: Arrival][] {
  const groups = grouped(arrivals, ({ destination, id }) => `${destination} ${id}`);
  return [...groups.values()].flatMap((group) => {
    const inOrder = group.toSorted((a, b) => a.at - b.at);
    return inOrder.slice(1).map((again, i): [Arrival, Arrival] => [inOrder[i]!, again]);
  });
}

/**
 * The first arrival of each message that came again to its destination, where `isWrong` says that it must not, and
 * nothing explains it: neither a fault, nor an answer that took long, nor as many attempts that the courier gave up
 * without an answer (a network may let their requests through late).
 */
function unexplained(
  { arrivals, disruptions, timeoutMs, end }: History,
  isWrong: (first: Arrival, again: Arrival) => boolean,
): Arrival[] {
  const mayRepeat = new Map(end.deliveries.map((one) => [`${one.destination} ${one.messageId}`, one.unanswered]));
  const wrong = repeats(arrivals).filter(([first, again]) => {
    const isPrompt = first.answeredAt !== null && first.answeredAt - first.at < timeoutMs / 2;
    return isPrompt && isWrong(first, again) && !isExcused(disruptions, first.destination, first.at, again.at);
  });
  return [...grouped(wrong, ([{ destination, id }]) => `${destination} ${id}`)]
    .filter(([key, pairs]) => pairs.length > (mayRepeat.get(key) ?? 0))
    .map(([, [pair]]) => pair![0]);
}

/** A delivery that is under way is sent by no second courier. Sources: the receivers; outbox.attempts. */
function deliveriesAreSentByOneCourier(history: History): string[] {
  return unexplained(history, (first, again) => again.at < first.answeredAt!).map(
    ({ destination, id }) => `${destination} got ${id} a second time before it had answered the first`,
  );
}

/** What was accepted is not sent again, unless the answer or its record was lost. Sources: as above. */
function acceptedIsNotSentAgain(history: History): string[] {
  return unexplained(history, isAccepted).map(
    ({ destination, id }) => `${destination} accepted ${id} and got it again, though nothing had gone wrong`,
  );
}

/** Of one record, no message is sent before the earlier ones are accepted. Source: the receivers. */
function recordsStayInOrder({ arrivals }: History): string[] {
  const numbered = arrivals.filter(({ record, sequence }) => record !== null && sequence !== null);
  return [...grouped(numbered, ({ destination, record }) => `${destination}: ${record}`)].flatMap(([name, group]) => {
    const messages = [...grouped(group, ({ sequence }) => String(sequence)).values()].map((copies) => ({
      sequence: copies[0]!.sequence!,
      first: Math.min(...copies.map(({ at }) => at)),
      accepted: Math.min(...copies.filter(isAccepted).map(({ at }) => at)),
    }));
    messages.sort((a, b) => a.sequence - b.sequence);
    return messages.slice(1).flatMap((later, i) => {
      const earlier = messages[i]!;
      if (earlier.accepted <= later.first) return [];
      return [`${name}: ${later.sequence} was sent before ${earlier.sequence} was accepted`];
    });
  });
}

/** For each checkout, what the provider took and gave back is what we hold. Sources: the providers; public.payments. */
function moneyIsWhatTheProvidersTook({ sales, end }: History): string[] {
  const ours = grouped(end.payments, ({ checkout }) => checkout ?? "");
  const known = new Set(sales.map(({ checkout }) => checkout));
  const stray = end.payments.filter(
    ({ checkout, capturedMinor }) => checkout !== null && capturedMinor > 0 && !known.has(checkout),
  );
  return [
    ...stray.map(({ provider, ref }) => `payment ${provider} ${ref} was captured for a checkout nobody paid`),
    ...sales.flatMap(({ checkout, provider, currency, capturedMinor, refundedMinor, refundDueMinor }) => {
      const payments = (ours.get(checkout) ?? []).filter((one) => one.provider === provider);
      const captured = sum(payments.map((one) => one.capturedMinor));
      const refunded = sum(payments.map((one) => one.refundedMinor));
      const name = `checkout ${checkout} at ${provider}`;
      return [
        ...(captured === capturedMinor ? [] : [`${name}: ${capturedMinor} ${currency} taken there, ${captured} here`]),
        ...(refunded === refundedMinor
          ? []
          : [`${name}: ${refundedMinor} ${currency} given back there, ${refunded} here`]),
        ...(refundedMinor === refundDueMinor
          ? []
          : [`${name}: ${refundDueMinor} ${currency} were to be given back, and ${refundedMinor} were`]),
      ];
    }),
  ];
}

const wasPaid = ({ capturedMinor }: Sale) => capturedMinor > 0;

/** A paid checkout has one order, another none. Sources: the providers; public.orders. */
function paidCheckoutsHaveOneOrder({ sales, end }: History): string[] {
  const orders = grouped(end.orders, ({ checkout }) => checkout);
  const paid = new Set(sales.filter(wasPaid).map(({ checkout }) => checkout));
  return [
    ...[...paid]
      .filter((checkout) => orders.get(checkout)?.length !== 1)
      .map((checkout) => `checkout ${checkout} was paid and has ${orders.get(checkout)?.length ?? 0} orders`),
    ...end.orders
      .filter(({ checkout }) => !paid.has(checkout))
      .map(({ id }) => `order ${id} is of a checkout that nobody paid`),
  ];
}

/**
 * Free, held and sold add up to what there was; what is sold is what was paid for. Sources: the providers;
 * public.products, public.stock_reservations, public.stock_movements.
 */
function stockIsConserved({ sales, end }: History): string[] {
  return end.products.flatMap(({ sku, free, held, taken, given }) => {
    if (free === null || given === null) return [];
    const sold = sum(sales.filter((sale) => sale.sku === sku && wasPaid(sale)).map(({ quantity }) => quantity));
    return [
      ...(free < 0 ? [`${sku}: ${free} in stock`] : []),
      ...(free + held + taken === given
        ? []
        : [`${sku}: ${free} free, ${held} held and ${taken} sold are not ${given}`]),
      ...(taken === sold ? [] : [`${sku}: ${sold} were paid for, and ${taken} are sold`]),
    ];
  });
}

/** A cohort has no more seats than it holds, and those that were paid for. Sources: the providers; enrollments. */
function seatsAreConserved({ sales, end }: History): string[] {
  return end.cohorts.flatMap(({ sku, capacity, seats }) => {
    const sold = sum(sales.filter((sale) => sale.sku === sku && wasPaid(sale)).map(({ quantity }) => quantity));
    return [
      ...(seats > capacity ? [`${sku}: ${seats} seats are given, and there are ${capacity}`] : []),
      ...(seats === sold ? [] : [`${sku}: ${sold} seats were paid for, and ${seats} are given`]),
    ];
  });
}

/** The ledger has the credits that were paid for. Sources: the provider; public.credit_ledger. */
function creditsAreConserved({ credits, end }: History): string[] {
  const ours = new Map(end.credits.map((one) => [one.paymentRef, one.credits]));
  return credits.flatMap(({ paymentRef, credits, refunded }) => {
    const held = ours.get(paymentRef) ?? 0;
    const due = refunded ? 0 : credits;
    return held === due ? [] : [`payment ${paymentRef} is good for ${due} credits, and the ledger has ${held}`];
  });
}

/** What no provider sent is refused, and stored nowhere. Sources: the senders; inbox.events. */
function forgeriesHaveNoEffect({ sent, end }: History): string[] {
  const genuine = new Set(
    sent.filter(({ authentic }) => authentic).map(({ provider, sha256 }) => `${provider} ${sha256}`),
  );
  const rows = grouped(end.events, ({ provider, sha256 }) => `${provider} ${sha256}`);
  return sent
    .filter(({ authentic }) => !authentic)
    .flatMap((event) => {
      const key = `${event.provider} ${event.sha256}`;
      const stored = genuine.has(key) ? [] : (rows.get(key) ?? []);
      if (event.keptUnconfirmed)
        return stored
          .filter(({ trust, status }) => trust !== "unconfirmed" || status !== "ignored")
          .map(({ trust, status }) => `${nameOf(event)} is not authentic, and is ${status}, ${trust}`);
      return [
        ...(event.answers.some(isTaken) ? [`${nameOf(event)} is not authentic, and was answered 2xx`] : []),
        ...stored.map(({ status }) => `${nameOf(event)} is not authentic, and is in inbox.events, ${status}`),
      ];
    });
}

/** No secret is in a table, in a log or in what receivers get. Source: a search for each of them. */
function secretsAreNowhereInClear({ leaks }: History): string[] {
  return leaks.map(({ secret, where }) => `${secret} stands in clear in ${where}`);
}

/** The database's own audit finds nothing. Source: ops.audit_consistency. */
function theAuditFindsNothing({ end }: History): string[] {
  return end.inconsistencies.map(({ what, which, why }) => `${what}: ${which}: ${why}`);
}

/** All rules, by name. */
export const RULES: Readonly<Record<string, Rule>> = {
  acceptedEventsAreArchived,
  eventsAreArchivedOnce,
  acceptedEventsAreApplied,
  messagesAreDeliveredOrSayWhy,
  deliveredMeansAccepted,
  deadMeansRefused,
  receiversGetOnlyWhatWasWritten,
  deliveriesAreSentByOneCourier,
  acceptedIsNotSentAgain,
  recordsStayInOrder,
  moneyIsWhatTheProvidersTook,
  paidCheckoutsHaveOneOrder,
  stockIsConserved,
  seatsAreConserved,
  creditsAreConserved,
  forgeriesHaveNoEffect,
  secretsAreNowhereInClear,
  theAuditFindsNothing,
};

/** All violations of a history; none: it is clean. */
export function violationsOf(history: History): Violation[] {
  return Object.entries(RULES).flatMap(([rule, check]) => check(history).map((what) => ({ rule, what })));
}
