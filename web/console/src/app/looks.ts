/** When to look again at what has changed. Pure but for the clock and its timers. */

/** The database tells an area once a second (`console.tell_change`): what changes until then, a later look finds. */
export const AGAIN_MS = 1_500;
/** At least this time is between two looks: one commit tells several areas, and a page may show several of them. */
export const APART_MS = 300;

export interface Looks {
  /** An area has changed. */
  changed(area: string): void;
  stop(): void;
}

/**
 * Looks at an area as soon as it is told, and once more AGAIN_MS after it was told last, when nothing of it can be
 * untold any more.
 */
export function openLooks(
  look: (areas: ReadonlySet<string>) => void,
  /** Whether an earlier look is not answered yet: its answer may be older than the change. */
  isLooking: (areas: ReadonlySet<string>) => boolean,
): Looks {
  /** To be looked at as soon as may be. */
  const due = new Set<string>();
  /** When each area was told last: it is looked at once more. */
  const told = new Map<string, number>();
  let lastLook = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function takeTurn(): void {
    const now = performance.now();
    for (const [area, at] of told) {
      if (at + AGAIN_MS <= now && told.delete(area)) due.add(area);
    }
    if (lastLook + APART_MS <= now) {
      // One look after the answer that is awaited, and not one after another: the page has other things to load.
      const areas = new Set([...due].filter((area) => !isLooking(new Set([area]))));
      for (const area of areas) due.delete(area);
      if (areas.size > 0) {
        lastLook = now;
        look(areas);
      }
    }
    const next = [...told.values()].map((at) => at + AGAIN_MS);
    if (due.size > 0) next.push((lastLook + APART_MS > now ? lastLook : now) + APART_MS);
    clearTimeout(timer);
    timer = next.length > 0 ? setTimeout(takeTurn, Math.max(0, Math.min(...next) - now)) : undefined;
  }

  return {
    changed(area) {
      due.add(area);
      told.set(area, performance.now());
      takeTurn();
    },
    stop: () => clearTimeout(timer),
  };
}
