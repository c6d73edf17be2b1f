/** The page of docs/ that shows the OpenAPI document to people. */
import { z } from "zod";
import { OPERATIONS_OF_ALL, type Operation, SECURITY_SCHEMES } from "./endpoints.ts";
import type { ErrorRow } from "./errors_table.ts";

interface Schema {
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: string[];
  const?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum) return schema.enum.map((one) => `\`${one}\``).join(", ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  return schema.format ?? [schema.type ?? "any"].flat().join(" or ");
}

/** The members of an object, with those of objects within it. */
function members(schema: Schema, prefix = ""): string[] {
  const inner = schema.anyOf?.find(({ type }) => type === "object") ?? schema;
  return Object.entries(inner.properties ?? {}).flatMap(([name, its]) => {
    const required = inner.required?.includes(name) ? "yes" : "";
    const row = `| \`${prefix}${name}\` | ${typeOf(its)} | ${required} | ${its.description ?? ""} |`;
    const below = its.anyOf?.find(({ type }) => type === "object") ?? (its.type === "array" ? its.items! : its);
    return [row, ...members(below, `${prefix}${name}.`)];
  });
}

function tableOf(schema: z.ZodType, io: "input" | "output"): string {
  const rows = members(z.toJSONSchema(schema, { io }) as Schema);
  if (rows.length === 0) return "";
  return ["| member | type | always there | |", "| - | - | - | - |", ...rows].join("\n");
}

function section(operation: Operation, errors: ErrorRow[]): string {
  const { method, path, summary, description, security, parameters = [], request, answers } = operation;
  const shows = security.map((scheme) => (scheme === "none" ? "nothing" : SECURITY_SCHEMES[scheme].description));
  const codes = errors
    .filter(({ endpoints }) => endpoints.some((one) => operation.errorsOf.includes(one)))
    .map(({ status, code }) => `${status} \`${code}\``);
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    `${summary}. ${description}`,
    `A caller shows: ${shows.join(" — or: ")}`,
    parameters.length > 0 &&
      ["| parameter | in | required | |", "| - | - | - | - |"]
        .concat(
          parameters.map(
            (one) => `| \`${one.name}\` | ${one.in} | ${one.required ? "yes" : ""} | ${one.description} |`,
          ),
        )
        .join("\n"),
    request && `Body:\n\n${tableOf(request.schema, "input") || "The provider's own."}`,
    ...Object.entries(answers).map(
      ([status, answer]) => `Answers ${status}: ${answer.description}\n\n${tableOf(answer.schema, "output")}`,
    ),
    codes.length > 0 && `Errors of its own: ${codes.join(", ")}.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** A chapter for each tag, in their order. */
function chapters(errors: ErrorRow[]): string {
  const tags = [...new Set(OPERATIONS_OF_ALL.map(({ tag }) => tag))];
  const sections = (tag: string) =>
    OPERATIONS_OF_ALL.filter((one) => one.tag === tag).map((one) => section(one, errors));
  return tags.map((tag) => [`## ${tag}`, ...sections(tag)].join("\n\n")).join("\n\n");
}

export function pageOf(errors: ErrorRow[]): string {
  return `# The functions

Every endpoint below \`/functions/v1\`: what it is sent and what it answers. \`npm run openapi\` writes this page and
[openapi.json](openapi.json) (OpenAPI 3.1) from \`scripts/openapi/endpoints.ts\` and from [errors.md](../errors.md); do
not edit it. \`tests/stack/docs/openapi.test.ts\` compares both with real answers. The messages that receivers get:
[messages.md](messages.md) and [messages.schema.json](messages.schema.json).

Amounts are in minor units, times in ISO 8601. Errors that every endpoint may answer are in
[errors.md](../errors.md).

${chapters(errors)}
`;
}
