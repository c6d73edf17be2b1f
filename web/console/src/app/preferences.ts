/** What a reader has chosen on this computer: colours, and how often pages look for news. */
import { useSyncExternalStore } from "react";

export interface Preferences {
  theme: "system" | "light" | "dark";
  /** Seconds between two looks. */
  every: number;
  paused: boolean;
}

const KEY = "signalbox-console-preferences";
const DEFAULTS: Preferences = { theme: "system", every: 5, paused: false };

let current = read();
const listeners = new Set<() => void>();

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return DEFAULTS;
  }
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(KEY, JSON.stringify(current));
  applyTheme();
  for (const listener of listeners) listener();
}

export function applyTheme(): void {
  const { theme } = current;
  document.documentElement.style.colorScheme = theme === "system" ? "light dark" : theme;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
