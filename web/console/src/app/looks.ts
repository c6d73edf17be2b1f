/** When to look again at what has changed. Pure but for the clock's timers. */

/** The database tells an area once a second (`console.tell_change`): what changes until then, a later look finds. */
export const AGAIN_MS = 1_500;

export interface Looks {
  /** An area has changed. */
  changed(area: string): void;
  stop(): void;
}

/**
 * Looks at once when an area is told, and at most every AGAIN_MS while more are told; the last look comes AGAIN_MS or
 * more after the last that was told, when nothing of it can be untold any more.
 */
export function openLooks(
  look: (areas: ReadonlySet<string>) => void,
  /** Whether an earlier look is not answered yet: its answer may be older than the change. */
  isLooking: (areas: ReadonlySet<string>) => boolean,
): Looks {
  let told = new Set<string>();
  let again = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function lookAgain(): void {
    const areas = new Set([...told, ...again]);
    const waits = isLooking(areas);
    again = waits ? areas : told;
    told = new Set();
    timer = again.size > 0 ? setTimeout(lookAgain, AGAIN_MS) : undefined;
    // One look after the answer that is awaited, and not one after another: the page has other things to load.
    if (!waits) look(areas);
  }

  return {
    changed(area) {
      if (timer !== undefined) return void told.add(area);
      again.add(area);
      timer = setTimeout(lookAgain, AGAIN_MS);
      look(new Set([area]));
    },
    stop: () => clearTimeout(timer),
  };
}
