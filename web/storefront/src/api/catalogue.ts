/**
 * What everybody may read, by fetch: supabase-js is four times the size of these pages, and is loaded for accounts only
 * (account.ts). docs/guides/storefront.md has the same with supabase-js.
 */
import { config } from "./config.ts";

export type Kind = "goods" | "cohort_seat" | "tutoring_session" | "credit_pack";

export interface Price {
  currency: string;
  price_minor: number;
}

export interface Product extends Price {
  sku: string;
  name: string;
  description: string | null;
  kind: Kind;
  available: boolean;
  max_quantity: number | null;
  ships: boolean;
  session_minutes: number | null;
  credits: number | null;
  /** Prices in other currencies. */
  product_prices: Price[];
  tutors: { name: string | null; cancel_hours: number } | null;
  cohorts: { name: string; description: string | null; starts_at: string | null; ends_at: string | null } | null;
  level: "available" | "few" | "none";
  /** Null: the shop does not show it. */
  remaining: number | null;
}

export interface ShippingRate extends Price {
  name: string;
  /** Null: every country that no other rate names. */
  countries: string[] | null;
}

const PRODUCT =
  "sku,name,description,kind,price_minor,currency,available,max_quantity,ships,session_minutes,credits," +
  "product_prices(currency,price_minor),tutors(name,cancel_hours),cohorts(name,description,starts_at,ends_at)";

/** @throws Error when the Data API cannot be reached, or refuses. */
async function read<T>(path: string, body?: object): Promise<T> {
  const { api_url, publishable_key } = config();
  const response = await fetch(`${api_url}/rest/v1/${path}`, {
    headers: { apikey: publishable_key, ...(body && { "content-type": "application/json" }) },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`The Data API answered ${response.status}: ${(await response.json()).message}`);
  return await response.json();
}

let reading: Promise<Product[]> | undefined;

/** All that is on sale. Kept for the pages that follow one another; `again` reads it once more. */
export function products(again = false): Promise<Product[]> {
  if (again) reading = undefined;
  reading ??= readProducts().catch((error) => {
    reading = undefined;
    throw error;
  });
  return reading;
}

async function readProducts(): Promise<Product[]> {
  type Level = Pick<Product, "sku" | "level" | "remaining">;
  const [found, levels] = await Promise.all([
    read<Omit<Product, "level" | "remaining">[]>(`products?select=${PRODUCT}&order=kind,price_minor,sku`),
    read<Level[]>("product_availability?select=sku,level,remaining"),
  ]);
  const levelOf = new Map(levels.map((one) => [one.sku, one]));
  return found.map((one) => ({ ...one, level: "available", remaining: null, ...levelOf.get(one.sku) }));
}

export function shippingRates(): Promise<ShippingRate[]> {
  return read("shipping_rates?select=name,countries,currency,price_minor&order=price_minor");
}

export interface FreeTime {
  starts_at: string;
  ends_at: string;
}

/** When a session can begin: at most 62 days at a time. */
export function freeTimes(sku: string, from: Date, to: Date): Promise<FreeTime[]> {
  return read("rpc/free_times", { sku, from: from.toISOString(), to: to.toISOString() });
}
