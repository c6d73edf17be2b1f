/** How pages hear of news: by Realtime, and by looking every few seconds while that is away. */
import type { Query } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { listen } from "../api/socket.ts";
import { openLooks } from "./looks.ts";
import { usePreferences } from "./preferences.ts";
import { queries } from "./queries.ts";

/** What is told changes; what only time brings about (something is overdue) is not. */
export const LIVE_EVERY_S = 30;

export type LiveState = "live" | "polling" | "paused";

let joined = false;
const listeners = new Set<() => void>();

/** Whether changes are told. */
const isJoined = () => joined;
const onJoined = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function useLive(): LiveState {
  const { paused } = usePreferences();
  const now = useSyncExternalStore(onJoined, isJoined);
  return paused ? "paused" : now ? "live" : "polling";
}

const isOf =
  (areas: ReadonlySet<string>) =>
  ({ meta }: Pick<Query, "meta">) =>
    (meta?.areas as string[] | undefined)?.some((area) => areas.has(area)) === true;

/** Asks again for what is on the page and of these areas. Nobody looks at a hidden page; it asks when it is shown. */
function look(areas: ReadonlySet<string>): void {
  void queries.invalidateQueries(
    { predicate: isOf(areas), refetchType: document.hidden ? "none" : "active" },
    // A slow answer under way is not thrown away for the next.
    { cancelRefetch: false },
  );
}

const isLooking = (areas: ReadonlySet<string>) => queries.isFetching({ predicate: isOf(areas) }) > 0;

/** Once, in the frame of every page. */
export function useSocket(): void {
  const { paused } = usePreferences();
  useEffect(() => {
    if (paused) return;
    const looks = openLooks(look, isLooking);
    const stop = listen({
      changed: looks.changed,
      joined(now) {
        joined = now;
        for (const listener of listeners) listener();
        // What happened meanwhile was not told.
        if (now) void queries.invalidateQueries({ predicate: ({ meta }) => meta?.areas !== undefined });
      },
    });
    return () => {
      looks.stop();
      stop();
    };
  }, [paused]);
}
