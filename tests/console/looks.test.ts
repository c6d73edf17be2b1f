/** What the console asks for again, and when: every change is seen soon, and many cost no more than a few looks. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AGAIN_MS, APART_MS, openLooks } from "../../web/console/src/app/looks.ts";

/** As `console.tell_change`. */
const TOLD_EVERY_MS = 1_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/**
 * Rows of one area are committed at these moments, and told as the database does. @returns how long each was committed
 * when a look saw it, and how many looks there were. An answer takes `answerMs`, and shows what there was at its start.
 */
function watch(commits: readonly number[], answerMs: number): { waits: number[]; looks: number } {
  const sorted = [...commits].sort((a, b) => a - b);
  const start = Date.now();
  const now = () => Date.now() - start;
  const seen = sorted.map(() => Number.POSITIVE_INFINITY);
  let looks = 0;
  let answer: { from: number; at: number } | undefined;
  const isLooking = () => answer !== undefined && answer.at > now();
  const { changed, stop } = openLooks(() => {
    looks++;
    if (isLooking()) return; // the answer that is under way is waited for
    const from = now();
    answer = { from, at: from + answerMs };
    sorted.forEach((at, i) => {
      if (at <= from) seen[i] = Math.min(seen[i]!, from + answerMs);
    });
  }, isLooking);
  let told = Number.NEGATIVE_INFINITY;
  for (const at of sorted) {
    vi.advanceTimersByTime(at - now());
    if (at - told < TOLD_EVERY_MS) continue;
    told = at;
    changed("events");
  }
  vi.advanceTimersByTime(60_000);
  stop();
  return { waits: sorted.map((at, i) => seen[i]! - at), looks };
}

describe("A row that was committed", () => {
  it("is seen at once when nothing was told for a second", () => {
    expect(watch([0, 5_000], 50).waits).toEqual([50, 50]);
  });

  it("is seen at once a second after the row before, though a later look is due anyway", () => {
    expect(watch([0, TOLD_EVERY_MS + 100], 50).waits).toEqual([50, 50]);
  });

  it("within a second of one that was told while another look was due is seen, too, and not by the next poll only", () => {
    const { waits } = watch([0, 1_033, 1_945], 50);
    expect(waits[2]).toBeLessThan(2 * AGAIN_MS);
  });

  it("is seen in time, whatever was committed around it, and however slow the answers are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 4_000 }),
        (commits, answerMs) => {
          // Until an answer that began before it is there, until the next look, and its answer.
          const most = 2 * answerMs + 2 * AGAIN_MS;
          for (const wait of watch(commits, answerMs).waits) expect(wait).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  it("is not looked for without end where an answer takes longer than what is between two looks", () => {
    expect(watch([0, 500], 4 * AGAIN_MS).looks).toBeLessThanOrEqual(3);
  });

  it("costs no look of its own among a thousand", () => {
    const { looks } = watch(
      Array.from({ length: 1_000 }, (_, i) => 10 * i),
      50,
    );
    expect(looks).toBeLessThanOrEqual(10_000 / TOLD_EVERY_MS + 1);
  });
});

describe("Several areas", () => {
  /** What is looked at, and when, while answers to `slow` take for ever. */
  function open(slow: string) {
    const looks: { at: number; areas: string[] }[] = [];
    const start = Date.now();
    const { changed, stop } = openLooks(
      (areas) => looks.push({ at: Date.now() - start, areas: [...areas] }),
      (areas) => areas.has(slow) && looks.some((earlier) => earlier.areas.includes(slow)),
    );
    return { looks, changed, stop };
  }

  it("told by one commit are seen in a moment, by one look more", () => {
    const { looks, changed, stop } = open("");
    for (const area of ["events", "messages", "deliveries"]) changed(area);
    vi.advanceTimersByTime(APART_MS);
    expect(looks).toEqual([
      { at: 0, areas: ["events"] },
      { at: APART_MS, areas: ["messages", "deliveries"] },
    ]);
    stop();
  });

  it("do not wait for the slow answer of one of them", () => {
    const { looks, changed, stop } = open("audits");
    changed("audits");
    vi.advanceTimersByTime(5_000);
    changed("events");
    expect(looks.at(-1)).toEqual({ at: 5_000, areas: ["events"] });
    stop();
  });
});
