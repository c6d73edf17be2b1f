/**
 * Reads JSON from an external system. A value is read by kind and path; a missing or invalid value throws an error that
 * names the path, what was expected and what was found:
 *
 *     const refund = new Json(event).at("data.object");
 *     refund.get(minor, "amount");                             // 4900
 *     refund.get(reference, "payment_intent", "charge");       // the first of these that has a value
 *     refund.maybe(text(2000), "reason");                      // null when there is no value
 *     refund.get(currency, "currency");                        // Error: data.object.currency: expected …, found 12
 *
 * All text that is stored in Postgres is read here: see `text` and `id`.
 */
import { storable } from "../platform/storable.ts";
import type { Fact } from "./facts.ts";
import { currencyCode } from "./money.ts";

/** How to read one kind of value. */
export interface Kind<T> {
  /** Follows "expected" in an error message. */
  name: string;
  /** The value; null if it is empty; undefined if it is not of this kind. Never called with null or undefined. */
  read(value: unknown): T | null | undefined;
}

/** What was found where something was asked for, by path: `{"data.total": "number", "data.refunds": "list"}`. */
export type Fields = Record<string, FieldKind>;
export type FieldKind = "nothing" | "null" | "text" | "number" | "flag" | "list" | "object";

let tracing: Fields | null = null;

/** Reads, and writes down in `fields` what was found at each path that was asked for, also when reading throws. */
export function traced<T>(fields: Fields, read: () => T): T {
  const before = tracing;
  tracing = fields;
  try {
    return read();
  } finally {
    tracing = before;
  }
}

/** Not traced: what a shop itself writes into a provider's objects, and what differs from change to change. */
const UNTRACED = /(^|\.)(metadata|previous_attributes)(\.|$)/;

function fieldKind(value: unknown, kind: Kind<unknown>): FieldKind {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "boolean":
      return "flag";
    case "object":
      return "object";
    case "string": // `decimalsAsText` leaves some numbers as text
      return kind.name.startsWith(decimal.name) && decimal.read(value) !== undefined ? "number" : "text";
    default:
      return "number";
  }
}

/** A value inside a JSON document, with its path. */
export class Json {
  constructor(
    readonly value: unknown,
    readonly path = "",
    /** Whether what is read here is kept out of the trace: the second and later members of a list. */
    private readonly untraced = false,
  ) {}

  /**
   * The value at a dotted path from here: `items.data.0.price`. Its `value` is undefined if the path does not exist.
   */
  at(path: string): Json {
    let value = this.value;
    for (const step of path.split(".")) {
      value =
        typeof value === "object" && value !== null && Object.hasOwn(value, step)
          ? (value as Record<string, unknown>)[step]
          : undefined;
    }
    return new Json(value, this.path ? `${this.path}.${path}` : path, this.untraced);
  }

  private trace(kind: Kind<unknown>): void {
    if (!tracing || this.untraced || kind === checkoutId || UNTRACED.test(this.path)) return;
    tracing[this.path.replace(/\.\d+(?=\.|$)/g, "[]")] = fieldKind(this.value, kind);
  }

  /** The first of `paths` that holds something; null when none does. */
  where(...paths: string[]): string | null {
    return (
      paths.find((path) => {
        const found = this.at(path);
        found.trace(object);
        return found.value !== undefined && found.value !== null;
      }) ?? null
    );
  }

  /** The value at the first of `paths` that has one, else null. @throws Error when that value is of another kind. */
  maybe<T>(kind: Kind<T>, ...paths: string[]): T | null {
    for (const path of paths) {
      const found = this.at(path);
      found.trace(kind);
      if (found.value === undefined || found.value === null) continue;
      const value = kind.read(found.value);
      if (value === undefined) throw found.unexpected(kind.name);
      if (value !== null) return value;
    }
    return null;
  }

  /** The first value at `paths` that is of this kind, else null: where another kind is no reason to lose the rest. */
  readable<T>(kind: Kind<T>, ...paths: string[]): T | null {
    for (const path of paths) {
      const value = orNull(() => this.maybe(kind, path));
      if (value !== null) return value;
    }
    return null;
  }

  /** As `maybe`. @throws Error also when none of `paths` has a value. */
  get<T>(kind: Kind<T>, ...paths: [string, ...string[]]): T {
    const value = this.maybe(kind, ...paths);
    if (value !== null) return value;
    throw this.at(paths[0]).unexpected(
      paths.length > 1 ? `${kind.name} (here or at ${paths.slice(1).join(", ")})` : kind.name,
    );
  }

  /**
   * The members of the list at `path`, each with its path; [] if there is none.
   * @throws Error when it is not a list.
   */
  each(path: string): Json[] {
    const list = this.maybe(items, path) ?? [];
    return list.map((one, i) => {
      const { path: place } = this.at(`${path}.${i}`);
      return new Json(one, place, this.untraced || i > 0);
    });
  }

  /** The error that says what was expected at this path, and what was found. */
  unexpected(expected: string): Error {
    return new Error(`${this.path}: expected ${expected}, found ${show(this.value)}`);
  }
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const shown = JSON.stringify(value);
  return shown.length > 60 ? `${storable(shown, 60)}…` : shown;
}

/** Text for display, cut to `max` characters. Empty text reads as null. */
export const text = (max: number): Kind<string> => ({
  name: "text",
  read: (value) => (typeof value === "string" ? storable(value, max) || null : undefined),
});

/**
 * The URL of a web page: https only (so no script and no plain-text transport), at most `max` characters, unchanged.
 */
export const link = (max: number): Kind<string> => ({
  name: "a URL that begins with https://",
  read: (value) => {
    if (value === "") return null;
    return typeof value === "string" &&
      value.length <= max &&
      /^https:\/\/[^/]/.test(value) &&
      text(max).read(value) === value
      ? value
      : undefined;
  },
});

/** As `link`, of a page to pay at: over http too when it is on this machine, where a provider's stand-in serves it. */
export const payPageLink = (max: number): Kind<string> => ({
  name: "a URL that begins with https://",
  read: (value) =>
    typeof value === "string" &&
    value.length <= max &&
    /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\/[\x21-\x7e]*$/.test(value)
      ? value
      : link(max).read(value),
});

/** An identifier. It is never cut or cleaned, since two ids that differ must stay different. */
export const id: Kind<string> = {
  name: "an id of 1 to 255 printable characters",
  read: (value) => {
    if (value === "") return null;
    return typeof value === "string" && value.length <= 255 && !/[\p{Cc}\p{Surrogate}]/u.test(value)
      ? value
      : undefined;
  },
};

/** The id of another object, given as the id or as the whole object. */
export const reference: Kind<string> = {
  name: "an id, or an object with one",
  read: (value) => id.read(typeof value === "object" ? new Json(value).at("id").value : value),
};

/** Money in minor units. */
export const minor: Kind<number> = {
  name: "a whole amount of minor units, 0 or more",
  read: (value) => (Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined),
};

export const currency: Kind<string> = {
  name: "a three-letter currency code",
  read: (value) => (typeof value === "string" ? (currencyCode(value) ?? undefined) : undefined),
};

/** A country by ISO 3166-1 alpha-2, in upper case. All else reads as null: an address is no reason to refuse money. */
export const countryCode: Kind<string> = {
  name: "a two-letter country code",
  read: (value) => (typeof value === "string" && /^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : null),
};

/** A time in seconds since the epoch, as ISO 8601 in UTC. Some providers write 0 for "none": it reads as null. */
export const unixTime: Kind<string> = {
  name: "a time in unix seconds",
  read: (value) => {
    if (value === 0) return null;
    const seconds = Number.isInteger(value) ? (value as number) : Number.NaN;
    // before the year 10000
    return seconds > 0 && seconds < 253_402_300_800 ? new Date(seconds * 1000).toISOString() : undefined;
  },
};

export const flag: Kind<boolean> = {
  name: "true or false",
  read: (value) => (typeof value === "boolean" ? value : undefined),
};

export const object: Kind<object> = {
  name: "an object",
  read: (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined),
};

export const items: Kind<unknown[]> = {
  name: "a list",
  read: (value) => (Array.isArray(value) ? value : undefined),
};

/**
 * An amount in major units, as its digits: text ("49.00"), or a number as `decimalsAsText` leaves it. For `minorUnits`.
 */
export const decimal: Kind<string> = {
  name: "a decimal amount",
  read: (value) => {
    if (Number.isSafeInteger(value)) return String(value);
    return typeof value === "string" && /^-?\d{1,30}(\.\d{1,30})?$/.test(value) ? value : undefined;
  },
};

/**
 * A time in ISO 8601, as ISO 8601 in UTC with ms. A date alone means midnight; a time without an offset is UTC. In UTC
 * it must be in the years 1 to 9999: Postgres has no year 0, and JavaScript writes later years with a sign.
 */
export const isoTime: Kind<string> = {
  name: "a time in ISO 8601",
  read: (value) => {
    if (typeof value !== "string") return undefined;
    if (value === "") return null;
    const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i.exec(value);
    if (!parts) return undefined;
    const offset = (parts[3] ?? "Z").replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
    const time = new Date(`${parts[1]}T${parts[2] ?? "00:00"}${offset.toUpperCase()}`);
    if (Number.isNaN(time.getTime())) return undefined;
    const utc = time.toISOString();
    return /^(?!0000)\d{4}-/.test(utc) ? utc : undefined;
  },
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One of our own ids, in lower case as Postgres writes it. */
export const uuid: Kind<string> = {
  name: "a uuid",
  read: (value) => (typeof value === "string" && UUID.test(value) ? value.toLowerCase() : undefined),
};

/**
 * The id of our checkout session in a free-text field of the provider's. Anything other than a UUID there is somebody
 * else's note: it reads as null and is not an error.
 */
export const checkoutId: Kind<string> = { ...uuid, read: (value) => uuid.read(value) ?? null };

/** One of a provider's enum values, mapped to ours: `oneOf({ canceled: "cancelled" })`. */
export const oneOf = <T>(values: Record<string, T>): Kind<T> => ({
  name: `one of ${Object.keys(values).join(", ")}`,
  read: (value) => (typeof value === "string" && Object.hasOwn(values, value) ? values[value] : undefined),
});

/** What is read, or null where it is odd: for parts of an envelope that not every event needs. */
export function orNull<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/**
 * Runs `make`, the body of a provider's `translate`.
 * @throws Error of `make`, with the event's `type` before its message.
 */
export function translated(type: string, make: () => Fact[]): Fact[] {
  try {
    return make();
  } catch (error) {
    throw new Error(`${type}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/**
 * As JSON.parse, but a number that a float may not represent exactly (one with a fraction, an exponent or more than 15
 * digits) becomes its text: amounts in major units are read from their digits (see `decimal`).
 */
export function decimalsAsText(text: string): unknown {
  // Parsed twice on purpose: quoting turns some invalid text (00.5, for example) into JSON, so the text is checked
  // first.
  JSON.parse(text);
  return JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
      token.startsWith('"') || /^-?\d{1,15}$/.test(token) ? token : `"${token}"`,
    ),
  );
}
