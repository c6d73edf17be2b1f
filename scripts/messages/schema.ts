/** JSON Schema (2020-12) of every type of message that leaves us, from the routes, the tables and what was written. */
import type { Catalogue, Field, Table } from "./catalogue.ts";
import { grouped, leavesUs, type Message } from "./page.ts";

interface Schema {
  [keyword: string]: unknown;
}

const TYPES: Record<string, Schema> = {
  uuid: { type: "string", format: "uuid" },
  text: { type: "string" },
  boolean: { type: "boolean" },
  integer: { type: "integer" },
  bigint: { type: "integer" },
  smallint: { type: "integer" },
  numeric: { type: "number" },
  "double precision": { type: "number" },
  date: { type: "string", format: "date" },
  "timestamp with time zone": { type: "string", format: "date-time" },
  "time without time zone": { type: "string" },
  interval: { type: "string" },
  jsonb: {},
};

/** A column's values. @throws Error for a type that has no schema yet */
function schemaOfField({ name, type, values, nullable, comment }: Field): Schema {
  const list = type.endsWith("[]");
  const base = values ? { type: "string", enum: values } : TYPES[list ? type.slice(0, -2) : type];
  if (base === undefined) throw new Error(`${name} is of type ${type}: add it to scripts/messages/schema.ts`);
  const schema = list ? { type: "array", items: base } : base;
  const description = comment === null ? {} : { description: comment };
  if (!nullable || Object.keys(schema).length === 0) return { ...schema, ...description };
  return { anyOf: [schema, { type: "null" }], ...description };
}

/** What a function adds to a row: members that are no columns, as they were seen. */
function schemaOfDetail(values: unknown[], details: string | null): Schema {
  const kinds = new Set(
    values.map((value) => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value)),
  );
  // What was seen null only may be anything.
  return {
    ...(kinds.size > 1 || !kinds.has("null") ? { type: [...kinds, "null"].filter(first) } : {}),
    description: details,
  };
}
const first = <Of>(value: Of, i: number, all: Of[]) => all.indexOf(value) === i;

function dataOf(tables: Table[], messages: Message[]): Schema {
  const columns = new Map(tables.flatMap(({ fields }) => fields.map((field) => [field.name, field] as const)));
  const seen = [...new Set(messages.flatMap(({ data }) => Object.keys(data)))];
  const details = tables.map((table) => table.details).find((one) => one !== null) ?? null;
  const properties = Object.fromEntries(
    seen.map((name) => {
      const column = columns.get(name);
      return [
        name,
        column
          ? schemaOfField(column)
          : schemaOfDetail(
              messages.map(({ data }) => data[name] ?? null),
              details,
            ),
      ];
    }),
  );
  const always = seen.filter((name) => messages.every(({ data }) => name in data));
  return { type: "object", required: always, properties };
}

/** One schema for all: each message is one of `$defs`. New members may come: none is refused. */
export function messageSchema({ routes, tables }: Catalogue): object {
  const sent = routes.filter(leavesUs);
  const types = grouped(sent, ({ message_type }) => message_type);
  const definitions = types.map(([type, its]) => {
    const messages = its.flatMap(({ payloads }) => payloads.map((payload): Message => JSON.parse(payload)));
    const about = tables.filter(({ name }) => its.some(({ table_name }) => table_name === name));
    const definition = {
      type: "object",
      description: [...new Set(its.map(({ description }) => description).filter(Boolean))].join(" "),
      required: ["type", "timestamp", "data", "change"],
      properties: {
        type: { const: type },
        timestamp: { type: "string", format: "date-time" },
        data: dataOf(about, messages),
        change: {
          type: "object",
          $ref: "#/$defs/change",
          properties: { table: { enum: about.map(({ name }) => name.split(".")[1]) } },
        },
        receipt_url: { type: "string", format: "uri", description: "Where outbox.destinations.receipts is on." },
      },
    };
    return [type, definition] as const;
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Messages of Signalbox",
    description: "Written by `npm run messages`. Members may be added: ignore those that you do not know.",
    oneOf: types.map(([type]) => ({ $ref: `#/$defs/${type}` })),
    $defs: {
      change: {
        type: "object",
        description: "Which row changed, and how.",
        required: ["table", "operation", "sequence", "columns", "previous"],
        properties: {
          table: { type: "string" },
          operation: { enum: ["INSERT", "UPDATE", "DELETE"] },
          sequence: { type: "integer", description: "Grows: of one row the later change has the larger one." },
          columns: { type: ["array", "null"], items: { type: "string" }, description: "Null unless it is an update." },
          previous: { type: ["object", "null"], description: "The former values of these columns." },
        },
      },
      ...Object.fromEntries(definitions),
    },
  };
}
