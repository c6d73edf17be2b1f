/** The OpenAPI document of the functions: endpoints.ts, with the errors of docs/errors.md. */
import { z } from "zod";
import { OPERATIONS_OF_ALL, type Operation, type Parameter, SECURITY_SCHEMES } from "./endpoints.ts";
import type { ErrorRow } from "./errors_table.ts";

const schemaOf = (schema: z.ZodType, io: "input" | "output") => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io });
  return rest;
};

/** Whether an error of the table may be answered by an operation. */
function concerns({ endpoints }: ErrorRow, { errorsOf }: Operation): boolean {
  return endpoints.some(
    (one) => one === "all" || errorsOf.includes(one) || (one === "all but health" && !errorsOf.includes("health")),
  );
}

interface JsonResponse {
  description: string;
  content: { "application/json": { schema: object } };
}

/** Both; where a status is in both, its answer is one of the two. */
function merged(answers: Record<string, JsonResponse>, errors: Record<string, JsonResponse>): object {
  const both = Object.keys(errors).filter((status) => status in answers);
  const either = both.map((status) => {
    const two = [answers[status]!, errors[status]!];
    const schema = { anyOf: two.map(({ content }) => content["application/json"].schema) };
    const description = two.map((one) => one.description).join("\n\n");
    return [status, { description, content: { "application/json": { schema } } }];
  });
  return { ...answers, ...errors, ...Object.fromEntries(either) };
}

function errorResponses(operation: Operation, errors: ErrorRow[]): Record<string, JsonResponse> {
  const its = errors.filter((row) => concerns(row, operation));
  const statuses = [...new Set(its.map(({ status }) => status))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const rows = its.filter((row) => row.status === status);
      const codes = rows.map(({ code }) => code);
      const schema = { allOf: [{ $ref: "#/components/schemas/Error" }, { properties: { error: { enum: codes } } }] };
      return [
        status,
        {
          description: rows.map(({ code, cause }) => `\`${code}\`: ${cause}`).join("\n\n"),
          content: { "application/json": { schema } },
        },
      ];
    }),
  );
}

const parameterOf = ({ schema, required = false, ...rest }: Parameter) => ({
  ...rest,
  required,
  schema: schemaOf(schema, "input"),
});

function operationOf(operation: Operation, errors: ErrorRow[]): object {
  const { id, tag, summary, description, security, parameters = [], request, answers, text = {} } = operation;
  const good = Object.entries(answers).map(([status, answer]) => [
    status,
    {
      description: answer.description,
      content: { "application/json": { schema: schemaOf(answer.schema, "output") } },
    },
  ]) as [string, JsonResponse][];
  const plain = Object.entries(text).map(([status, type]) => [
    status,
    { description: summary, content: { [type]: { schema: { type: "string" } } } },
  ]);
  return {
    ...{ operationId: id, tags: [tag], summary, description },
    security: security.map((scheme) => (scheme === "none" ? {} : { [scheme]: [] })),
    ...(parameters.length > 0 && { parameters: parameters.map(parameterOf) }),
    ...(request && {
      requestBody: {
        required: request.required,
        content: { "application/json": { schema: schemaOf(request.schema, "input") } },
      },
    }),
    responses: merged(Object.fromEntries([...good, ...plain]), errorResponses(operation, errors)),
  };
}

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export function openApi(errors: ErrorRow[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS_OF_ALL) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method] = operationOf(operation, errors);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Signalbox",
      version: "0.1.0",
      license: { name: "MIT", identifier: "MIT" },
      description:
        "The Edge Functions. Tables are read through Supabase's Data API. Written by `npm run openapi` from " +
        "scripts/openapi/endpoints.ts and docs/errors.md.",
    },
    servers: [
      {
        url: "https://{project}.supabase.co/functions/v1",
        variables: { project: { default: "abcdefghijklmnopqrst", description: "The project's reference." } },
      },
    ],
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: {
        Error: {
          type: "object",
          description: "An error's code, and what to do next. Others may come with it, such as cursor (410).",
          required: ["error", "message"],
          properties: {
            error: { type: "string", enum: [...new Set(errors.map(({ code }) => code))].sort() },
            message: { type: "string", description: "For developers. May change." },
            buyer_message: { type: "string", description: "For buyers, from the storefront's endpoints." },
          },
        },
      },
    },
  };
}
