/**
 * What a channel asked to hear of the tables: the entries of `config.postgres_changes` in its join.
 * Held by tests/local/realtime_changes.test.ts.
 */
import { Refusal } from "./token.ts";

/** Filter operators, and what they are in SQL between a column and a value. */
export const OPERATORS = { eq: "=", neq: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=", in: "= any" } as const;

export interface Filter {
  column: string;
  operator: keyof typeof OPERATORS;
  /** In Postgres's text form: for `in`, an array. */
  value: string;
}

export interface Binding {
  /** An integer: the Dart client parses it as one. */
  id: number;
  event: "*" | "INSERT" | "UPDATE" | "DELETE";
  schema: string;
  /** A table, or * for all of the schema's. */
  table: string;
  filter?: Filter;
  /** Only these columns, and the primary key. */
  select?: string[];
}

const refuse = (message: string) => new Refusal("RealtimeDisabledForConfiguration", message);

function parseEvent(event: unknown): Binding["event"] {
  const upper = String(event ?? "*").toUpperCase();
  return upper === "INSERT" || upper === "UPDATE" || upper === "DELETE" ? upper : "*";
}

function parseFilter(text: string): Filter | undefined {
  if (text.trim() === "") return undefined;
  const [, column, operator, value] = text.trim().match(/^([^=]+)=([a-z]+)\.(.*)$/s) ?? [];
  if (column === undefined || value === undefined || !operator || !Object.hasOwn(OPERATORS, operator)) {
    throw refuse(`Error parsing \`filter\` params: ${JSON.stringify(text)}`);
  }
  if (operator !== "in") return { column, operator: operator as Filter["operator"], value };
  const list = value.match(/^\((.*)\)$/s)?.[1];
  if (list === undefined)
    throw refuse("Error parsing `filter` params: `in` filter value must be wrapped by parentheses");
  return { column, operator, value: `{${list}}` };
}

/** @throws Refusal when hosted would not take it. */
export function parseBinding(asked: Record<string, unknown>, id: number): Binding {
  const { schema, table, filter, select } = asked;
  const named = [schema, table, filter].filter((part) => part !== undefined);
  if ((schema === undefined && table === undefined) || named.some((part) => typeof part !== "string")) {
    const hint = "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to";
    throw refuse(`${hint}: ${JSON.stringify(asked)}`);
  }
  const binding: Binding = {
    id,
    event: parseEvent(asked.event),
    schema: (schema as string | undefined) ?? "public",
    table: (table as string | undefined) ?? "*",
  };
  const parsed = parseFilter((filter as string | undefined) ?? "");
  if (parsed) binding.filter = parsed;
  if (Array.isArray(select) && select.length > 0) {
    if (binding.table === "*" || binding.schema === "*") {
      throw refuse(
        "Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.",
      );
    }
    binding.select = select.filter((column) => typeof column === "string");
  }
  return binding;
}

/** Does the binding ask for this table's changes of this type? */
export function asksFor(
  binding: Binding,
  schema: string,
  table: string,
  type: "INSERT" | "UPDATE" | "DELETE",
): boolean {
  return (
    (binding.event === "*" || binding.event === type) &&
    (binding.schema === "*" || binding.schema === schema) &&
    (binding.table === "*" || binding.table === table)
  );
}
