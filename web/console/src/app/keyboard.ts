/** Keys that work on every page. In a field they are letters. */
import { useEffect } from "react";
import { config } from "../api/config.ts";

/** `g` and one of these goes to a page. */
const GO_KEYS: Record<string, [path: string, name: string]> = {
  h: ["/", "Home"],
  f: ["/find", "Find"],
  e: ["/events", "Events"],
  x: ["/rejections", "Rejections"],
  m: ["/messages", "Messages"],
  d: ["/deliveries", "Deliveries"],
  t: ["/destinations", "Destinations"],
  c: ["/charts", "Charts"],
  n: ["/reconciliations", "Reconciliations"],
  a: ["/audit", "Audit"],
  i: ["/incidents", "Incidents"],
  o: ["/decisions", "Decisions"],
  j: ["/jobs", "Jobs"],
  r: ["/retention", "Retention"],
  s: ["/commands", "Commands"],
  ",": ["/settings", "Settings"],
};

export const goKeys = (): typeof GO_KEYS => (config().breakable ? { ...GO_KEYS, b: ["/break", "Break it"] } : GO_KEYS);

/** How long `g` waits for its second key. */
const CHORD_MS = 1_500;

interface Handlers {
  go(path: string): void;
  help(): void;
}

/** Moves the focus by `step` among the things of the page that are marked with data-item. */
function moveFocus(step: number): void {
  const items = [...document.querySelectorAll<HTMLElement>("main [data-item]")].filter(
    (item) => item.offsetParent !== null || item.getClientRects().length > 0,
  );
  if (items.length === 0) return;
  const at = items.findIndex((item) => item === document.activeElement || item.contains(document.activeElement));
  const next =
    items[at === -1 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** The repair of what has the focus, else the first of the page. */
function repair(): void {
  const item = document.activeElement?.closest("[data-repair-scope]");
  const button = (item ?? document.querySelector("main"))?.querySelector<HTMLElement>("[data-repair]");
  button?.click();
}

export function useKeyboard({ go, help }: Handlers): void {
  useEffect(() => {
    let chordUntil = 0;
    function press(event: KeyboardEvent): void {
      const target = event.target as HTMLElement;
      const inField = target.closest?.("input, textarea, select, [contenteditable]") !== null;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector("[role=dialog]")) return;
      if (inField) {
        if (event.key === "Escape") target.blur();
        return;
      }
      if (Date.now() < chordUntil) {
        chordUntil = 0;
        const found = goKeys()[event.key];
        if (found) {
          event.preventDefault();
          go(found[0]);
        }
        return;
      }
      const action: Record<string, () => void> = {
        "/": () => document.querySelector<HTMLInputElement>("#find")?.focus(),
        "?": help,
        g: () => {
          chordUntil = Date.now() + CHORD_MS;
        },
        j: () => moveFocus(1),
        k: () => moveFocus(-1),
        ArrowDown: () => moveFocus(1),
        ArrowUp: () => moveFocus(-1),
        r: repair,
      };
      const found = action[event.key];
      if (!found) return;
      event.preventDefault();
      found();
    }
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [go, help]);
}
