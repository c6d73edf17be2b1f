/** What must hold of an answer, and of the database behind it, whatever was sent. */
import type postgres from "postgres";
import type { Fuzzed } from "./compose.ts";
import type { Answer } from "./send.ts";
import type { Target } from "./targets.ts";

/** 503s by which a function asks to be tried again for a reason that is not in the request. */
const NAMED_503 = /^(?!try_again$)[a-z][a-z0-9_]{3,}$/;
/** A body of more bytes may be too large for its function. */
const MAY_BE_TOO_LARGE = 1_000_000;

/** What is wrong with an answer; null: nothing. The same words for the same kind of finding. */
export function wrongAnswer(target: Target, request: Fuzzed, { status, text, failure }: Answer): string | null {
  if (request.hangsUp) return null;
  if (failure !== null) return `no answer: ${failure}`;
  const code = errorCode(text);
  if (status >= 500) {
    return status === 503 && code !== null && NAMED_503.test(code)
      ? null
      : `answered ${status} ${code ?? text.slice(0, 60)}`;
  }
  if (status < 200 || status >= 300) {
    if (status < 400) return `answered ${status}`;
    if (code === null && request.method !== "HEAD") return `answered ${status} without an error code`;
    if (!request.authentic || request.method !== "POST") return null;
    const fair =
      (status === 400 && !request.isJson) ||
      (status === 413 && request.body.length > MAY_BE_TOO_LARGE) ||
      target.turnsAway?.includes(status);
    return fair ? null : `an authentic event was answered ${status} ${code}`;
  }
  if (request.method === "GET") return null; // a ping
  return request.authentic ? null : `what is not authentic was answered ${status}`;
}

function errorCode(text: string): string | null {
  try {
    const { error } = JSON.parse(text);
    return typeof error === "string" ? error : null;
  } catch {
    return null;
  }
}

interface Stored {
  id: string;
  type: string;
  status: string;
  error: string | null;
  body: string;
  confirmation: string | null;
  facts: Record<string, unknown>[] | null;
}

/** Words of a fault in our own code, where an event that cannot be read or applied should say what is odd about it. */
const OUR_FAULT =
  /is not a function|is not iterable|cannot read prop|of undefined|call stack|is not defined|\((XX|42|53|54|57)\w{3}\)/i;

/** What is wrong with an event as it was stored; null: nothing. */
export function wrongEvent({ body, headers }: Fuzzed, stored: Stored, duplicate: boolean): string | null {
  if (!duplicate && stored.body !== body.toString()) return "the body was not stored as it came";
  if (stored.error !== null && OUR_FAULT.test(stored.error))
    return `failed by a fault of ours: ${stored.error.slice(0, 200)}`;
  if (duplicate || stored.facts === null) return null;
  const said = `${stored.confirmation ?? stored.body} ${JSON.stringify(headers)}`;
  const invented = unfounded(stored.facts, said);
  return invented === null ? null : `a fact says what its event does not: ${invented}`;
}

/** The first reference or amount of the facts that is nowhere in the text they were read from. */
function unfounded(facts: Record<string, unknown>[], text: string): string | null {
  // As the text has them, and as it has them escaped.
  const words =
    `${text} ${text.replace(/\\u([0-9a-f]{4})|\\(.)/gi, (_, code, one) => (code ? String.fromCharCode(Number.parseInt(code, 16)) : one))}`.toLowerCase();
  const numbers = [...new Set(words.match(/\d+(\.\d+)?(e[+-]?\d+)?/g) ?? [])].map(Number).slice(0, 300);
  const exists = (amount: number) =>
    numbers.some((one) => [1, 10, 100, 1000].some((unit) => Math.abs(one * unit - amount) < 1)) ||
    numbers.some((one) =>
      numbers.some((other) => Math.abs((one + other) * 100 - amount) < 1 || one - other === amount),
    );
  for (const fact of facts) {
    for (const [name, value] of Object.entries(fact)) {
      const isReference = /_ref$|^sku$|^checkout_session_id$/.test(name);
      // 1E5 is the id 100000.
      const isSaid = (text: string) => words.includes(text.toLowerCase()) || numbers.includes(Number(text));
      if (isReference && typeof value === "string" && !isSaid(value)) return `${name} ${value.slice(0, 80)}`;
      if (/^(amount|refunded|price)_minor$/.test(name) && typeof value === "number" && value > 0 && !exists(value))
        return `${name} ${value}`;
    }
  }
  return null;
}

/** Reads events back by id. */
export async function storedEvents(sql: postgres.Sql, ids: string[]): Promise<Map<string, Stored>> {
  const rows = await sql<Stored[]>`
    select id, type, status::text, error, body, confirmation, facts from inbox.events where id = any(${ids}::uuid[])`;
  return new Map(rows.map((row) => [row.id, row]));
}

/** Tables whose rows providers' events make, and what names a row at its provider. */
const MADE_BY_EVENTS: Record<string, string> = {
  payments: "provider_ref",
  refunds: "provider_ref",
  disputes: "provider_ref",
  customers: "provider_ref",
  memberships: "provider_ref",
  membership_invoices: "provider_ref",
  payment_approvals: "provider_ref",
  session_recaps: "provider_ref",
};

/** How many events are stored; without those that the courier asked the provider about by itself. */
export async function storedCount(sql: postgres.Sql): Promise<number> {
  const [row] = await sql`select count(*)::int as n from inbox.events where provider_event_id not like 'confirmed:%'`;
  return row!.n;
}

/**
 * Effects that no event accounts for; none: all is well. `since`: the beginning of the run. `provider`: whose events
 * were sent. Each row of the business stands on an applied event that names it, each order on captured money of its
 * total.
 */
export async function unaccounted(sql: postgres.Sql, provider: string, since: Date): Promise<string[]> {
  const named = sql`
    select coalesce(f.value ->> 'provider_ref', '') from inbox.events e, jsonb_array_elements(e.facts) f
    where e.provider = ${provider} and e.status = 'applied'
    union select f.value ->> 'invoice_ref' from inbox.events e, jsonb_array_elements(e.facts) f
    where e.provider = ${provider} and e.status = 'applied' and f.value ? 'invoice_ref'`;
  const found: string[] = [];
  for (const [table, column] of Object.entries(MADE_BY_EVENTS)) {
    const rows = await sql`
      select t.${sql(column)} as ref from public.${sql(table)} t
      where t.provider = ${provider} and t.created_at >= ${since} and t.${sql(column)} not in (${named}) limit 3`;
    for (const { ref } of rows) found.push(`a row of ${table} (${ref}) stands on no applied event`);
  }
  const orders = await sql`
    select o.id from public.orders o join public.payments p on p.id = o.payment_id
    where o.created_at >= ${since} and (p.captured_at is null or p.currency <> o.currency
      or p.amount_minor < o.total_minor) limit 3`;
  for (const { id } of orders) found.push(`order ${id} was not paid in full`);
  // A refund in another currency than its payment is what its genuine event said: shown to a person, and counted for
  // nothing.
  const inconsistencies = await sql`
    select what, which, why from ops.inconsistencies where what <> 'refund in another currency than its payment'
      limit 3`;
  for (const { what, which, why } of inconsistencies) found.push(`${what}: ${which}: ${why}`);
  return found;
}
