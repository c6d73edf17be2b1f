/**
 * What a run does, as plain data that a seed gives: the traffic, and the faults. Pure: the same seed, length and kinds
 * of faults give the same plan. What needs a running stack is in traffic.ts and faults.ts.
 */

/** All times are in ms from the beginning of the run. */
export type Traffic = { at: number } & (
  | {
      do: "buy";
      /** Names the buyer, and the call of functions/checkout. */
      name: string;
      provider: "stripe" | "paypal" | "fapshi";
      /** A place in Plan.products. */
      product: number;
      quantity: number;
      ends: "captured" | "failed" | "abandoned";
      /** How often each webhook is sent, all copies at once. */
      copies: number;
      /** Whether the last webhook comes first. */
      reversed: boolean;
      /** Whether an admin gives a third of it back (Stripe). */
      refunded: boolean;
    }
  | { do: "credits"; name: string; refunded: boolean; copies: number; reversed: boolean }
  /** Says that an open checkout was paid. `victim`: the name of a purchase that is abandoned. */
  | { do: "forge"; victim: string; provider: "stripe" | "paypal" | "fapshi"; how: Forgery }
  /** Sends all webhooks of a purchase again, so often at once. */
  | { do: "flood"; of: string; copies: number }
);

export type Forgery = "unsigned" | "wrong secret" | "altered" | "unknown to the API";

export type Destination = "make" | "railway" | "railway_stripe";

export type Fault = { at: number } & (
  | { kind: "kill postgres" }
  | { kind: "kill function"; name: string }
  /** The doorbell rings where nobody is. */
  | { kind: "drop bells"; ms: number }
  | { kind: "stop cron"; ms: number }
  /** Every connection that Postgres has to give is taken. */
  | { kind: "use up connections"; ms: number }
  /** The receiver gets the request, and answers so. */
  | { kind: "receiver"; destination: Destination; how: ReceiverFault; ms: number }
  /** What is between us and the receiver. */
  | { kind: "network"; destination: Destination; how: NetworkFault; ms: number }
  /** The next requests to the provider's API. */
  | { kind: "provider"; name: "stripe" | "paypal" | "fapshi"; how: ProviderFault; times: number }
  /** The functions' clock is so far ahead (or behind: negative), and then right again. */
  | { kind: "step clock"; stepMs: number; ms: number }
  /** The database takes no writes, as hosted's does when its disk is full. */
  | { kind: "disk full"; ms: number }
);

export type ReceiverFault = "hang" | "reset" | "429" | "500" | "slow" | "poisoned";
/** partition: refused. half-open: connected, and silent. answers lost: the request arrives, its answer does not. */
export type NetworkFault = "partition" | "half-open" | "answers lost";
export type ProviderFault = "429" | "500" | "hang" | "done, then hang" | "wrong shape" | "not json";

export interface Product {
  kind: "goods" | "seat";
  /** How many there are, or the cohort's capacity. */
  stock: number;
}

export interface Plan {
  seed: number;
  /** How long traffic and faults go on. */
  ms: number;
  products: Product[];
  traffic: Traffic[];
  faults: Fault[];
}

/** What `--faults` may name: each kind of fault, and four of traffic. */
const STACK_FAULTS = [
  "kill postgres",
  "kill function",
  "drop bells",
  "stop cron",
  "use up connections",
  "receiver",
  "network",
  "provider",
  "step clock",
  "disk full",
] as const;
export const FAULT_KINDS = [...STACK_FAULTS, "duplicate", "reorder", "forge", "flood"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const FUNCTIONS = ["stripe", "paypal", "fapshi", "whop", "checkout", "dispatch", "dispatch"];
const DESTINATIONS: Destination[] = ["make", "make", "railway", "railway", "railway", "railway_stripe"];
const GATEWAYS = ["stripe", "stripe", "paypal", "fapshi"] as const;
/** A purchase each so many ms, and a fault. */
const PURCHASE_EVERY_MS = 350;
const FAULT_EVERY_MS = 600;
/** Less than the five minutes for which a signature is good. */
const MAX_CLOCK_STEP_S = 240;

/** Numbers that a seed gives (mulberry32). */
function numbersOf(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    /** From `least` to `most`, both included. */
    between: (least: number, most: number) => least + Math.floor(next() * (most - least + 1)),
    oneOf: <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)]!,
    chance: (likelihood: number) => next() < likelihood,
  };
}

/** The plan of a seed. `kinds`: which faults there may be. */
export function planOf(seed: number, ms: number, kinds: readonly FaultKind[] = FAULT_KINDS): Plan {
  const { between, oneOf, chance } = numbersOf(seed);
  const may = (kind: FaultKind) => kinds.includes(kind);
  const products: Product[] = [
    { kind: "goods", stock: between(5, 9) },
    { kind: "goods", stock: between(50, 90) },
    { kind: "seat", stock: between(2, 4) },
  ];

  const traffic: Traffic[] = [];
  const bought: string[] = [];
  const abandoned: { name: string; at: number; provider: (typeof GATEWAYS)[number] }[] = [];
  const count = Math.max(4, Math.floor(ms / PURCHASE_EVERY_MS));
  for (let i = 0; i < count; i++) {
    const at = Math.floor((i * ms) / count);
    const name = `buyer-${i}`;
    const provider = oneOf(GATEWAYS);
    // A seat is sold in euros alone.
    const product = provider === "fapshi" ? between(0, 1) : oneOf([0, 1, 1, 1, 2]);
    const quantity = product === 2 ? 1 : between(1, 2);
    const ends = oneOf(["captured", "captured", "captured", "failed", "abandoned"] as const);
    const copies = may("duplicate") ? oneOf([1, 1, 2, 3, 5]) : 1;
    const reversed = may("reorder") && chance(0.3);
    const refunded = provider === "stripe" && ends === "captured" && chance(0.25);
    traffic.push({ at, do: "buy", name, provider, product, quantity, ends, copies, reversed, refunded });
    if (ends === "abandoned") abandoned.push({ name, at, provider });
    else bought.push(name);
  }
  // More than there are seats, all at one moment.
  const rush = between(0, ms >> 1);
  for (let i = 0; i < products[2]!.stock + 2; i++) {
    const buyer = { name: `seat-buyer-${i}`, provider: "stripe", product: 2, quantity: 1, ends: "captured" } as const;
    traffic.push({ at: rush, do: "buy", ...buyer, copies: 1, reversed: false, refunded: false });
  }
  for (let i = 0; i < Math.max(1, Math.floor(count / 8)); i++) {
    const copies = may("duplicate") ? between(1, 3) : 1;
    const reversed = may("reorder") && chance(0.5);
    const refunded = chance(0.4);
    traffic.push({ at: between(0, ms), do: "credits", name: `member-${i}`, refunded, copies, reversed });
  }
  const forgeries = may("forge") ? abandoned : [];
  for (const { name: victim, at, provider } of forgeries) {
    const how = oneOf<Forgery>(
      provider === "fapshi"
        ? ["wrong secret", "unsigned", "unknown to the API"]
        : ["unsigned", "wrong secret", "altered"],
    );
    traffic.push({ at: at + 50, do: "forge", victim, provider, how });
  }
  if (may("flood") && bought.length > 0)
    traffic.push({ at: between(ms >> 1, ms), do: "flood", of: oneOf(bought), copies: between(15, 30) });
  traffic.sort((a, b) => a.at - b.at);

  const hard: FaultKind[] = ["kill postgres", "use up connections", "disk full"];
  const kindsOfFault = (
    [...STACK_FAULTS, "kill function", "receiver", "receiver", "network", "provider"] as const
  ).filter(may);
  const faults: Fault[] = [];
  for (let i = 0; kindsOfFault.length > 0 && i < Math.max(3, Math.floor(ms / FAULT_EVERY_MS)); i++) {
    let kind = oneOf(kindsOfFault);
    // These stop everything else: one of each in ten seconds.
    if (hard.includes(kind) && faults.filter((one) => one.kind === kind).length > ms / 10_000)
      kind = oneOf(kindsOfFault.filter((one) => !hard.includes(one)).concat(kind));
    faults.push(faultOf(kind, between(0, Math.floor(ms * 0.9)), { between, oneOf }));
  }
  faults.sort((a, b) => a.at - b.at);
  return { seed, ms, products, traffic, faults };
}

type Numbers = ReturnType<typeof numbersOf>;

function faultOf(kind: FaultKind, at: number, { between, oneOf }: Pick<Numbers, "between" | "oneOf">): Fault {
  const ms = between(400, 2500);
  switch (kind) {
    case "kill function":
      return { at, kind, name: oneOf(FUNCTIONS) };
    case "drop bells":
    case "stop cron":
      return { at, kind, ms };
    case "use up connections":
      return { at, kind, ms: Math.min(ms, 1200) };
    case "receiver": {
      const how = oneOf<ReceiverFault>(["hang", "reset", "429", "500", "500", "slow", "slow", "poisoned"]);
      return { at, kind, destination: oneOf(DESTINATIONS), how, ms };
    }
    case "network":
      return { at, kind, destination: oneOf(DESTINATIONS), how: oneOf(["partition", "half-open", "answers lost"]), ms };
    case "provider": {
      const how = oneOf<ProviderFault>(["429", "500", "hang", "done, then hang", "wrong shape", "not json"]);
      return { at, kind, name: oneOf(GATEWAYS), how, times: between(1, 3) };
    }
    case "step clock": {
      // Further, and receivers and providers rightly refuse what is signed or read by that clock.
      const stepMs = between(1, MAX_CLOCK_STEP_S) * 1000 * oneOf([1, -1]);
      return { at, kind, stepMs, ms };
    }
    case "disk full":
      return { at, kind, ms: Math.min(ms, 1500) };
    default:
      return { at, kind: "kill postgres" };
  }
}

/** A line for each thing that the plan does. */
export function linesOf({ seed, ms, products, traffic, faults }: Plan): string[] {
  const rest = (one: object) =>
    Object.entries(one)
      .filter(([name]) => !["at", "do", "kind"].includes(name))
      .map(([name, value]) => `${name} ${value}`)
      .join(", ");
  const counts = traffic.map((one) => (one.do === "buy" ? `${one.ends} purchase` : one.do));
  const kinds = [...new Set(counts)].sort().map((kind) => `${counts.filter((one) => one === kind).length} ${kind}`);
  return [
    `seed ${seed}: ${ms / 1000} s, ${products.length} products, ${kinds.join(", ")}`,
    ...faults.map((fault) => `  at ${fault.at} ms: ${fault.kind} ${rest(fault)}`.trimEnd()),
  ];
}

/** The command line that runs the same plan again: other kinds of faults draw another plan from the same seed. */
export function commandOf({ seed, ms }: Plan, kinds: readonly FaultKind[], file?: string): string {
  if (file !== undefined) return `npm run chaos -- --plan ${JSON.stringify(file)}`;
  const some = kinds.join() === FAULT_KINDS.join() ? "" : ` --faults "${kinds.join(",")}"`;
  return `npm run chaos -- --seed ${seed} --seconds ${ms / 1000}${some}`;
}
