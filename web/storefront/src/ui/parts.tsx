/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "../api/refusal.ts";

/** A page's heading: names the tab, and takes the focus, so that a screen reader begins here. */
export function Heading({ children, title }: { children: ComponentChildren; title: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Signal Street`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

export interface Loaded<T> {
  value?: T;
  error?: Error;
  again(): void;
}

/** What `load` resolves to; loaded again when `key` changes, or at `again()`. The value before stays until then. */
export function useLoaded<T>(load: () => Promise<T>, key = ""): Loaded<T> {
  const [state, setState] = useState<{ value?: T; error?: Error }>({});
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let isOver = false;
    latest.current().then(
      (value) => isOver || setState({ value }),
      (error) => isOver || setState(({ value }) => ({ value, error })),
    );
    return () => {
      isOver = true;
    };
  }, [key, turn]);
  return { ...state, again: () => setTurn((count) => count + 1) };
}

/** What could not be loaded is loaded again after this, and when the browser is online again. */
const AGAIN_MS = 10_000;

/** Shown in place of what could not be loaded, until it is: it is tried again by itself, or at once by the button. */
export function Away({ again }: { again(): void }) {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    const retry = () => latest.current();
    const timer = setInterval(retry, AGAIN_MS);
    addEventListener("online", retry);
    return () => {
      clearInterval(timer);
      removeEventListener("online", retry);
    };
  }, []);
  return (
    <div class="notice bad" role="alert">
      <p>Sorry, this cannot be loaded right now. Please check your connection.</p>
      <button type="button" class="quiet" onClick={again}>
        Try again
      </button>
    </div>
  );
}

export function Problem({ children }: { children: ComponentChildren }) {
  return (
    <div class="notice bad" role="alert">
      {children}
    </div>
  );
}

export const Waiting = ({ children = "Loading…" }: { children?: ComponentChildren }) => (
  <p class="waiting" role="status">
    {children}
  </p>
);

/** What to show of an error: a refusal has words for buyers. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return "Sorry, something went wrong. Please try again in a moment.";
}
