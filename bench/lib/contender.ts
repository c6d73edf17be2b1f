/** One way to take in events, to be measured beside others. */
export interface Contender {
  name: string;
  /** What one of its events does. */
  does: string;
  /** Readies so many events, and what they need to be there. Not timed. */
  prepare(events: number, connections: number): Promise<Prepared>;
  /** Says in numbers that everything it was given has had its full effect. @throws Error when something is missing. */
  check(): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

export interface Prepared {
  /** One call an event. */
  calls: (() => Promise<void>)[];
  /** Looks at the answers, once the clock has stopped. @throws Error when one is not as it should be. */
  settle?(): Promise<void>;
}

/** @throws Error naming what is not as expected. */
export function expectNumbers(
  who: string,
  found: Record<string, number>,
  expected: Record<string, number>,
): Record<string, number> {
  for (const [what, number] of Object.entries(expected)) {
    if (found[what] !== number) throw new Error(`${who}: expected ${number} ${what}, found ${found[what]}.`);
  }
  return found;
}
