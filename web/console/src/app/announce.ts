/** Short words about what has just happened: seen for some seconds, and read out by screen readers. */
import { useSyncExternalStore } from "react";

interface Announcement {
  id: number;
  text: string;
  tone: "good" | "bad";
}

const SHOWN_MS = 6_000;

let current: Announcement | undefined;
let next = 0;
const listeners = new Set<() => void>();

function set(value: Announcement | undefined): void {
  current = value;
  for (const listener of listeners) listener();
}

export function announce(text: string, tone: "good" | "bad" = "good"): void {
  const id = next++;
  set({ id, text, tone });
  setTimeout(() => current?.id === id && set(undefined), SHOWN_MS);
}

export function useAnnouncement(): Announcement | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
