/** The cart: kept in this browser, shared by all of its tabs. */
import { useEffect, useState } from "preact/hooks";

export interface Line {
  sku: string;
  quantity: number;
  /** Of tutoring sessions only. */
  starts_at?: string;
}

const KEY = "signalbox.shop.cart";
const listeners = new Set<() => void>();

function cartLines(): Line[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((line) => typeof line?.sku === "string" && line.quantity > 0) : [];
  } catch {
    return [];
  }
}

function keep(lines: Line[]): void {
  localStorage.setItem(KEY, JSON.stringify(lines));
  for (const listener of listeners) listener();
}

const isSame = (a: Line, b: Line) => a.sku === b.sku && a.starts_at === b.starts_at;

/** Adds to what there is of it, up to `most`. */
export function addToCart(line: Line, most = 20): void {
  const lines = cartLines();
  const there = lines.find((one) => isSame(one, line));
  if (there) there.quantity = Math.min(there.quantity + line.quantity, most);
  else lines.push(line);
  keep(lines);
}

/** 0 takes it out. */
export function setQuantity(line: Line, quantity: number): void {
  keep(cartLines().flatMap((one) => (isSame(one, line) ? (quantity > 0 ? [{ ...one, quantity }] : []) : [one])));
}

export const emptyCart = () => keep([]);

export function useCart(): Line[] {
  const [lines, setLines] = useState(cartLines);
  useEffect(() => {
    const read = () => setLines(cartLines());
    listeners.add(read);
    addEventListener("storage", read);
    return () => {
      listeners.delete(read);
      removeEventListener("storage", read);
    };
  }, []);
  return lines;
}
