/**
 * An event of every type that a provider's own SDK names, made from the SDK's types: a value for each field, and which
 * fields may be null. What the types say is all that is known of them: no value means anything.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type ts from "typescript";
import { templateFolder } from "../../../local/postgres/template.ts";

export interface SdkEvent {
  /** The provider's name of the type. */
  type: string;
  /** The body of a webhook, without an id of its own. */
  body: Record<string, unknown>;
  /** The paths of all fields that may be null. */
  nullable: string[][];
}

const SOURCE = `
import type Stripe from "stripe";
import type { UnwrapWebhookEvent } from "@whop/sdk/resources/webhooks";
import type { Meeting } from "fathom-typescript/sdk/models/shared";
export type stripe = Stripe.Event;
export type whop = UnwrapWebhookEvent;
export type fathom = Meeting;
`;

/** Of fields below an event's object; our translators read three deep at most. */
const MAX_DEPTH = 6;

export type SdkEvents = Record<"stripe" | "whop" | "fathom", SdkEvent[]>;

/** Read from the cache when this file, the SDKs and TypeScript are those that made it. */
export async function sdkEvents(): Promise<SdkEvents> {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const made = ["tests/functions/providers/sdk_events.ts", "package-lock.json", "node_modules/.package-lock.json"];
  const inputs = made.map((file) => readFile(path.join(root, file)));
  const folder = await templateFolder("sdk-events", await Promise.all(inputs), async (empty) => {
    const { default: compiler } = await import("typescript");
    await writeFile(path.join(empty, "events.json"), JSON.stringify(readSdkTypes(compiler, root)));
  });
  return JSON.parse(await readFile(path.join(folder, "events.json"), "utf8"));
}

/** Takes some seconds: the SDKs' types are large. */
function readSdkTypes(ts: typeof import("typescript"), root: string): SdkEvents {
  const file = path.join(root, "tests/sdk_events_source.ts"); // not on disk
  const options: ts.CompilerOptions = {
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, strict: true, skipLibCheck: true, noEmit: true },
    ...{ moduleResolution: ts.ModuleResolutionKind.Bundler, types: ["node"] },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists.call(host, name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, SOURCE, ts.ScriptTarget.ES2022) : getSourceFile.call(host, name, ...rest);
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file)!;
  const errors = program.getSemanticDiagnostics(source).map(({ messageText }) => JSON.stringify(messageText));
  if (errors.length > 0) throw new Error(`the SDKs' types are not where they were: ${errors.join("; ")}`);

  const typeNamed = (name: string) => {
    const alias = source.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === name)!;
    return checker.getTypeAtLocation((alias as ts.TypeAliasDeclaration).name);
  };
  const members = (type: ts.Type) => (type.isUnion() ? type.types : [type]);

  /** `own`: texts of fields that have a form of their own, which their types do not tell. */
  function make(
    type: ts.Type,
    own: Record<string, string>,
    rename = (name: string) => name,
  ): Pick<SdkEvent, "body" | "nullable"> {
    const nullable: string[][] = [];

    function value(of: ts.Type, at: string[]): unknown {
      const name = at.findLast((one) => !/^\d+$/.test(one)) ?? "";
      const choices = members(of).filter(({ flags }) => !(flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
      const chosen =
        choices.find((one) => one.isStringLiteral() && one.value === "eur") ??
        choices.find(({ flags }) => flags & (ts.TypeFlags.StringLiteral | ts.TypeFlags.String)) ??
        choices[0];
      if (!chosen) return null;
      if (chosen.isStringLiteral() || chosen.isNumberLiteral()) return chosen.value;
      if (chosen.flags & ts.TypeFlags.BooleanLike) return true;
      if (chosen.flags & ts.TypeFlags.StringLike) return own[name] ?? textFor(name);
      if (chosen.flags & ts.TypeFlags.NumberLike) return numberFor(name);
      if (chosen.symbol?.name === "Date") return "2026-11-20T10:00:00.000Z";
      if (checker.isArrayType(chosen)) {
        const [item] = checker.getTypeArguments(chosen as ts.TypeReference);
        return at.length > MAX_DEPTH ? [] : [value(item!, [...at, "0"])];
      }
      return at.length > MAX_DEPTH ? {} : fields(chosen, at);
    }

    function fields(of: ts.Type, at: string[]): Record<string, unknown> {
      const all: Record<string, unknown> = {};
      for (const property of checker.getPropertiesOfType(of)) {
        if (property.name === "previous_attributes" || property.name.startsWith("__")) continue;
        const place = [...at, rename(property.name)];
        const its = checker.getTypeOfSymbol(property);
        if (its.getCallSignatures().length > 0) continue;
        if (members(its).some(({ flags }) => flags & ts.TypeFlags.Null)) nullable.push(place);
        all[place.at(-1)!] = value(its, place);
      }
      return all;
    }
    return { body: fields(type, []), nullable };
  }

  const named = (name: "stripe" | "whop", own: Record<string, string>) =>
    members(typeNamed(name)).map((type) => {
      const made = make(type, own);
      return { type: String(made.body.type), ...made };
    });
  const snake = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const clock = { timestamp: "00:10:45", recording_timestamp: "00:10:45" };
  return {
    stripe: named("stripe", { status: "succeeded" }),
    whop: named("whop", {}),
    fathom: [{ type: "new_meeting_content_ready", ...make(typeNamed("fathom"), clock, snake) }],
  };
}

function textFor(name: string): string {
  if (/currency$/.test(name)) return "eur";
  if (/email/.test(name)) return "amina@example.com";
  if (/(_at|time|timestamp|date|_by|_start|_end|_attempt)$/.test(name)) return "2026-11-20T10:00:00.000Z";
  if (/(url|link|href)$/.test(name)) return "https://example.com/";
  return /amount|total/.test(name) ? "49.00" : `a ${name.replaceAll("_", " ")}`.slice(0, 60);
}

const numberFor = (name: string) =>
  /(^created|_at|_start|_end|_by|_on|date|until|effective)$/.test(name) ? 1_795_168_800 : 100;

/** A copy with these fields null. */
export function withNull(body: Record<string, unknown>, ...paths: string[][]): Record<string, unknown> {
  const copy = structuredClone(body);
  for (const at of paths) {
    let holder: unknown = copy;
    for (const step of at.slice(0, -1)) holder = (holder as Record<string, unknown> | null)?.[step];
    if (typeof holder === "object" && holder !== null) (holder as Record<string, unknown>)[at.at(-1)!] = null;
  }
  return copy;
}
