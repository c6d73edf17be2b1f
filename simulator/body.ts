/** What the makers of test events share: ids that belong together, and fields set by path. */
import { createHash } from "node:crypto";

/** Fields by dotted path: `{ "data.object.amount_total": 500 }`. */
export type Overrides = Record<string, unknown>;

/** Letters and digits that are always the same for the same words. */
export function lettersOf(length: number, ...words: string[]): string {
  return createHash("sha256").update(words.join(" ")).digest("hex").slice(0, length);
}

/** An id with the prefix of `id`, always the same for the same seed. */
export function freshId(id: string, seed: string): string {
  const prefix = id.slice(0, id.lastIndexOf("_") + 1);
  return prefix + lettersOf(24, seed, prefix);
}

/** What lies at `path`; undefined when the way ends early. */
export function get(object: unknown, path: string): unknown {
  return path.split(".").reduce((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], object);
}

/** Sets what lies at `path`, and makes the objects on the way that are not there. */
export function set(object: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split(".");
  const last = steps.pop()!;
  let at = object;
  for (const step of steps) {
    at[step] ??= {};
    if (typeof at[step] !== "object")
      throw new Error(`"${path}" cannot be set: ${step} is ${JSON.stringify(at[step])}`);
    at = at[step] as Record<string, unknown>;
  }
  at[last] = value;
}
