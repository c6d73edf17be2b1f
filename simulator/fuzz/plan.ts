/**
 * What a fuzzed request is made of, as plain data: a seed gives it, and what shows a finding is made smaller by leaving
 * parts of it out (`smaller`).
 */
import fc from "fast-check";

/** One change of the event, before it is signed. `pick` chooses a value anywhere in it. */
export type Change = { pick: number } & (
  | { do: "replace"; value: unknown }
  /** Text of JSON that no serializer writes: a number beyond floats, lists a thousand deep. */
  | { do: "raw"; text: string }
  | { do: "remove" }
  /** A number as text, text as a number, an object as a list of it, and so on. */
  | { do: "retype" }
  /** The same name a second time in its object, with another value. */
  | { do: "repeat"; value: unknown }
  | { do: "add"; name: string; value: unknown }
);

/** One change of the body's bytes, before it is signed. `at`: where, from 0 to 1. */
export type Damage =
  | { do: "bom" | "empty" | "twice" | "in a list" | "as utf-16" | "escaped" }
  | { do: "cut" | "nul" | "no utf-8"; at: number }
  | { do: "padded"; bytes: number };

/** How it is signed. Only `right` is authentic, where the headers cover what the others change. */
export type Seal =
  | "right"
  | "none"
  | "empty"
  | "garbage"
  | "wrong secret"
  | "altered since"
  | "old"
  | "ahead"
  | "other id";

export interface Plan {
  /** Which kind of event, and which checkout it is about: places in lists, taken modulo their length. */
  type: number;
  sale: number;
  changes: Change[];
  damage: Damage[];
  seal: Seal;
  /** An id that other requests of the run have too; null: its own. */
  sharedId: number | null;
  /** Headers besides those of the provider; an empty value takes one away. */
  headers: [name: string, value: string][];
  method: "POST" | "GET" | "PUT" | "DELETE" | "HEAD" | "OPTIONS";
  /** The sender is gone before its body is. */
  hangsUp: boolean;
  /** Whether the provider's API knows of the event as it was before it was changed. */
  known: boolean;
}

const ODD_TEXT = [
  ...["", " ", "\0", "a\0b", "\ud800", "a\udfff\ud800b", "\ufeff", "\u202e\u200b\u2028", "🎓".repeat(200)],
  ...[
    "x".repeat(300),
    "x".repeat(20_000),
    "__proto__",
    "constructor",
    "toString",
    "null",
    "NaN",
    "true",
    "[object Object]",
  ],
  ...[
    "2018-19-12T22:20:32.000Z",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "infinity",
    "now",
    "epoch",
    "1e5",
    "-1",
  ],
  ...[
    "0",
    "5000",
    "49.00",
    "49.999999",
    "9".repeat(40),
    "EUR",
    "xxx",
    "euro",
    "'; drop table public.payments; --",
    "%s%n",
  ],
  ...["00000000-0000-0000-0000-000000000000", "{11111111-1111-1111-1111-111111111111}", "https://127.0.0.1/", "a@b"],
];
const ODD_VALUES: unknown[] = [
  ...[null, true, false, 0, -1, 1, 1.5, 4900, 4901, -4900, 2 ** 31, 2 ** 53, 1e300, 5e-324],
  ...[[], {}, [null], [[]], [{}], { id: "x" }, { id: null }, { amount: "49.00", currency: "eur" }],
];
const RAW = [
  ...["1e400", "-1e400", "1E5", "123456789012345678901234567890", "0.1000000000000000055511151231257827", "-0"],
  ...[1_000, 20_000, 100_000].flatMap((depth) => ["[".repeat(depth) + "]".repeat(depth), nested(depth)]),
];

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

const value = fc.oneof(
  { arbitrary: fc.constantFrom<unknown[]>(...ODD_TEXT), weight: 3 },
  { arbitrary: fc.constantFrom<unknown[]>(...ODD_VALUES), weight: 3 },
  { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
);

const change: fc.Arbitrary<Change> = fc
  .tuple(
    fc.nat(),
    fc.oneof(
      { arbitrary: fc.record({ do: fc.constant("replace" as const), value }), weight: 6 },
      { arbitrary: fc.constant({ do: "remove" as const }), weight: 4 },
      { arbitrary: fc.constant({ do: "retype" as const }), weight: 3 },
      { arbitrary: fc.record({ do: fc.constant("raw" as const), text: fc.constantFrom(...RAW) }), weight: 1 },
      { arbitrary: fc.record({ do: fc.constant("repeat" as const), value }), weight: 1 },
      {
        arbitrary: fc.record({ do: fc.constant("add" as const), name: fc.constantFrom(...ODD_TEXT), value }),
        weight: 1,
      },
    ),
  )
  .map(([pick, rest]) => ({ pick, ...rest }));

const place = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ do: fc.constantFrom("bom" as const, "empty" as const, "twice" as const, "in a list" as const) }),
  fc.record({ do: fc.constantFrom("as utf-16" as const, "escaped" as const) }),
  fc.record({ do: fc.constantFrom("cut" as const, "nul" as const, "no utf-8" as const), at: place }),
  fc.record({ do: fc.constant("padded" as const), bytes: fc.constantFrom(70_000, 900_000, 1_100_000, 2_000_000) }),
);

const header: fc.Arbitrary<[string, string]> = fc.constantFrom<[string, string][]>(
  ["content-type", "text/plain"],
  ["content-type", "application/x-www-form-urlencoded"],
  ["content-type", "multipart/form-data; boundary=x"],
  ["content-type", ""],
  ["content-encoding", "gzip"],
  ["user-agent", ""],
  ["user-agent", "é\x80ÿ"],
  ["x-long", "x".repeat(7000)],
  ["accept", "text/html"],
  ["authorization", "Bearer x"],
  ["x-forwarded-for", "127.0.0.1"],
  ["origin", "null"],
);

const often = <T>(usual: T, rest: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: rest, weight: 1 });

/** Any request. Two in three are signed rightly, and one in six of them unchanged. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  type: fc.nat(999),
  sale: fc.nat(999),
  changes: fc.array(change, { maxLength: 4 }),
  damage: often<Damage[]>([], fc.array(damage, { minLength: 1, maxLength: 2 }), 5),
  seal: often<Seal>(
    "right",
    fc.constantFrom("none", "empty", "garbage", "wrong secret", "altered since", "old", "ahead", "other id"),
    2,
  ),
  sharedId: often<number | null>(null, fc.nat(20), 7),
  headers: often<[string, string][]>([], fc.array(header, { minLength: 1, maxLength: 3 }), 5),
  method: often<Plan["method"]>("POST", fc.constantFrom("GET", "PUT", "DELETE", "HEAD", "OPTIONS"), 40),
  hangsUp: often(false, fc.constant(true), 80),
  known: often(true, fc.constant(false), 3),
});

/** What a request is when nothing is odd about it. */
const PLAIN: Partial<Plan> = {
  changes: [],
  damage: [],
  headers: [],
  seal: "right",
  sharedId: null,
  method: "POST",
  hangsUp: false,
  known: true,
};

/** Requests with a part less, the greatest steps first. */
export function* smaller(plan: Plan): Generator<Plan> {
  for (const [name, usual] of Object.entries(PLAIN)) {
    if (JSON.stringify(plan[name as keyof Plan]) !== JSON.stringify(usual)) yield { ...plan, [name]: usual };
  }
  for (const name of ["changes", "damage", "headers"] as const) {
    const list = plan[name];
    if (list.length < 2) continue;
    for (let i = 0; i < list.length; i++) yield { ...plan, [name]: list.filter((_, j) => j !== i) } as Plan;
  }
  for (const [i, one] of plan.changes.entries()) {
    if (!("value" in one) || typeof one.value !== "object" || one.value === null) continue;
    for (const part of Object.values(one.value)) {
      yield { ...plan, changes: plan.changes.map((each, j) => (j === i ? { ...one, value: part } : each)) };
    }
  }
}
