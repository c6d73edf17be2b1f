/** The few lines of a router: paths below the base, links that are plain <a>. */
import { useEffect, useState } from "preact/hooks";

const BASE = import.meta.env.BASE_URL;

/** The address of a page: at("cart") is "/shop/cart". */
export const at = (path = "") => BASE + path;

/** The whole address, as providers are given it. */
export const absolute = (path: string) => new URL(at(path), location.href).href;

export interface Route {
  /** Below the base: ["product", "mug"]. */
  steps: string[];
  query: URLSearchParams;
}

function current(): Route {
  const steps = location.pathname.slice(BASE.length).split("/").filter(Boolean).map(decodeURIComponent);
  return { steps, query: new URLSearchParams(location.search) };
}

const listeners = new Set<() => void>();
const changed = () => {
  for (const listener of listeners) listener();
};

/** `replace`: the page before is not to be gone back to. */
export function go(path: string, { replace = false } = {}): void {
  history[replace ? "replaceState" : "pushState"](null, "", at(path));
  scrollTo(0, 0);
  changed();
}

/** Draws the page and its frame anew: somebody has signed in or out. What stood behind # in the address is dropped. */
export function refresh(): void {
  history.replaceState(null, "", location.pathname + location.search);
  changed();
}

addEventListener("popstate", changed);
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || link.target || link.origin !== location.origin || !link.pathname.startsWith(BASE)) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname.slice(BASE.length) + link.search);
});

export function useRoute(): Route {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const read = () => setRoute(current());
    listeners.add(read);
    return () => void listeners.delete(read);
  }, []);
  return route;
}
