/** The page of docs/ about the messages' types. */
import type { Catalogue, EventRoute, Field, Route, Table } from "./catalogue.ts";

/** A message, as its receiver parses it. */
export interface Message {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
  change: { table: string; operation: string; sequence: number };
}

/** Adapters that hand our messages to somebody, rather than do the work themselves. */
const RECEIVERS = ["webhook", "make"];

/** The routes by a word about each, in the order of the words' first. */
export function grouped<Of>(routes: Of[], word: (route: Of) => string): [string, Of[]][] {
  return [...new Set(routes.map(word))].map((one) => [one, routes.filter((route) => word(route) === one)]);
}

/** Whether somebody outside gets what a route sends. */
export const leavesUs = ({ adapter }: Pick<Route, "adapter">) => RECEIVERS.includes(adapter);

/** The page as Markdown, with an example for each type that has one. */
export function pageOf({ routes, events, tables }: Catalogue, examples: Message[]): string {
  const sent = routes.filter(leavesUs);
  const receivers = [...new Set(sent.map(({ destination }) => destination))].sort();
  const types = grouped(sent, ({ message_type }) => message_type);
  const internal = routes.filter((route) => !leavesUs(route));
  const gets = (its: typeof sent) =>
    receivers.map((one) => (its.some(({ destination }) => destination === one) ? "●" : ""));

  return `# Messages

Every type of message that ${list(receivers)} receive, with an example. \`npm run messages\` writes
this page from \`outbox.routes\`, from the comments in \`sql/\`, and from messages that a database really wrote
(\`scripts/messages/scenario.ts\`); do not edit it. Ids, times and sequence numbers are made up.
\`tests/stack/docs/messages.test.ts\` fails when the page is not what the routes say.

How messages arrive, are signed and must be handled: [receive_messages.md](../guides/receive_messages.md).

| type | ${receivers.join(" | ")} | about | when |
| - | ${receivers.map(() => ":-:").join(" | ")} | - | - |
${types.map(([type, its]) => row([link(type), ...gets(its), short(its[0]!.table_name), occasions(its)])).join("\n")}

Every body is \`{type, timestamp, data, change}\`: \`data\` is the row as the change left it, and \`change\`
says which table it is of, the operation (\`INSERT\`, \`UPDATE\`, \`DELETE\`), a growing \`sequence\`, the changed
\`columns\` (null unless it is an update) and their \`previous\` values. Where \`outbox.destinations.receipts\` is on, a
last member \`receipt_url\` comes with it.

## Forwarded events

The body is the provider's own, byte for byte: its documentation has the examples. It is signed anew, in the
provider's scheme.

| destination | provider | types | why |
| - | - | - | - |
${events.map(forwarded).join("\n")}

## Work of the courier

No receiver gets messages of these types: the courier does the work itself, at the provider.

| type | destination | about | when |
| - | - | - | - |
${internal.map(work).join("\n")}

${tables
  .filter(({ name }) => sent.some(({ table_name }) => table_name === name))
  .map((table) =>
    section(
      table,
      examples.filter(({ change }) => change.table === short(table.name)),
    ),
  )
  .join("\n\n")}
`;
}

/** A table, what its fields mean, and the examples about it. */
function section(table: Table, examples: Message[]): string {
  const columns = table.fields.map(({ name }) => name);
  const others = examples.flatMap(({ data }) => Object.entries(data).filter(([name]) => !columns.includes(name)));
  const added = new Map([...others, ...others.filter(([, value]) => value !== null)]);
  return `## ${short(table.name)}

${text(table.comment)}
${table.details ? `\n${text(table.details)}\n` : ""}
| field | type | what it is |
| - | - | - |
${[...table.fields.map(field), ...[...added].map(([name, value]) => row([code(name), kindOf(value), ""]))].join("\n")}

${examples.map(exampleSection).join("\n\n")}`;
}

function exampleSection(example: { type: string }): string {
  return `### ${code(example.type)}\n\n\`\`\`json\n${JSON.stringify(example)}\n\`\`\``;
}

function work(route: Route): string {
  return row([code(route.message_type), route.destination, short(route.table_name), occasions([route])]);
}

function field({ name, type, values, nullable, comment }: Field): string {
  const known = values ? values.map(code).join(", ") : (TYPES[type] ?? type);
  return row([code(name), nullable ? `${known}, or null` : known, text(comment ?? "")]);
}

/** Postgres's types, as JSON has them. */
const TYPES: Record<string, string> = {
  "timestamp with time zone": "time",
  bigint: "integer",
  jsonb: "JSON",
  "text[]": "list of text",
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return "integer";
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? "time" : "text";
  return value === null ? "null" : typeof value;
}

/** When the messages of one type are sent, and what for. */
function occasions(routes: Route[]): string {
  const destinations = new Set(routes.map(({ destination }) => destination));
  return grouped(routes, occasion)
    .map(([words, its]) => {
      const only = new Set(its.map(({ destination }) => destination)).size < destinations.size;
      const why = its
        .filter(({ description }) => description)
        .map(({ destination, description }) =>
          destinations.size > 1 ? `For ${destination}: ${description}` : description,
        );
      return [
        `${only ? `To ${list([...new Set(its.map(({ destination }) => destination))])} only: ` : ""}${words}.`,
        ...why,
      ].join(" ");
    })
    .map(text)
    .join("<br>");
}

/** Which changes a route is about, in words. */
export function occasion({ operations, when_column, becomes, not_from, latest_only }: Omit<Route, "payloads">): string {
  const row = list(
    (["INSERT", "UPDATE", "DELETE"] as const).filter((one) => operations.includes(one)).map((one) => OPERATIONS[one]),
    "or",
  );
  const column = code(when_column ?? "");
  const updates = operations.includes("UPDATE");
  let words = `A row ${row}`;
  if (becomes !== null && !updates) words += `, and its ${column} is ${code(becomes)}`;
  else if (becomes !== null) words += `, and its ${column} becomes ${code(becomes)}`;
  else if (when_column !== null && updates)
    words = operations.length === 1 ? `${column} changes` : `${words} in ${column}`;
  if (not_from) words += `, but not after ${list(not_from.map(code), "or")}`;
  return latest_only ? `${words}; it takes the place of an older one that waits` : words;
}

const OPERATIONS = { INSERT: "is new", UPDATE: "changes", DELETE: "is deleted" };

function forwarded({ destination, provider, event_types, description }: EventRoute): string {
  return row([destination, provider, event_types.map(code).join(", "), text(description ?? "")]);
}

const short = (table: string) => table.split(".").at(-1)!;
const code = (words: string) => `\`${words}\``;
const link = (type: string) => `[${code(type)}](#${type.replaceAll(".", "")})`;
const row = (cells: string[]) => `| ${cells.join(" | ")} |`;
const list = (words: string[], last = "and") =>
  new Intl.ListFormat("en", { type: last === "and" ? "conjunction" : "disjunction" }).format(words);

/** Words of the database, which may hold what Markdown means something by. */
const text = (words: string) => words.replaceAll("|", "\\|").replaceAll(/<(?!br>)/g, "&lt;");
