/** The fields of a command's form, and what they hold as arguments. */
import type { Action, Arguments, Command, Json } from "../api/types.ts";

export interface Field {
  name: string;
  label: string;
  /** As the form shows it. */
  type: "text" | "number" | "boolean" | "json";
  required: boolean;
  /** Given by what the action is about: shown, not typed. */
  fixed: boolean;
  initial: string;
  placeholder: string;
}

/** `the <why>` of a remedy: something that an admin fills in. */
const toFillIn = (value: Json | undefined) => typeof value === "string" && /<[^>]+>/.test(value);

function typeOf(sqlType: string): Field["type"] {
  if (/^bool/.test(sqlType)) return "boolean";
  if (/^(jsonb?|.*\[\])$/.test(sqlType)) return "json";
  return /^(smallint|integer|int\d?|numeric|double|real)/.test(sqlType) ? "number" : "text";
}

const textOf = (value: Json | undefined) =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

export function fieldsOf(command: Command, action: Pick<Action, "arguments" | "needs_reason">): Field[] {
  const fields = command.arguments.map(({ name, type, required, default: value }): Field => {
    const given = action.arguments[name];
    const isGiven = given !== undefined && given !== null && !toFillIn(given);
    return {
      name,
      label: name.replaceAll("_", " "),
      type: typeOf(type),
      required: required || (name === "reason" && (command.needs_reason || action.needs_reason)),
      fixed: isGiven,
      initial: isGiven ? textOf(given) : "",
      placeholder: name === "reason" ? "why" : value ? `default: ${value}` : type,
    };
  });
  // What must be typed comes after what is known, and the reason last.
  const rank = ({ fixed, name }: Field) => (fixed ? 0 : name === "reason" ? 2 : 1);
  return fields.toSorted((a, b) => rank(a) - rank(b));
}

/** Names of required fields that are still empty. */
export function missing(fields: readonly Field[], texts: Record<string, string>): string[] {
  return fields.filter(({ name, required }) => required && !texts[name]?.trim()).map(({ label }) => label);
}

/** What `console.run` takes. Empty fields are left to their defaults. Numbers stay text: SQL reads them exactly. */
export function argumentsOf(fields: readonly Field[], texts: Record<string, string>): Arguments {
  const given: Arguments = {};
  for (const { name, type } of fields) {
    const text = (texts[name] ?? "").trim();
    if (text === "") continue;
    given[name] = type === "boolean" ? text === "true" : type === "json" ? jsonOf(text) : text;
  }
  return given;
}

/** What is no JSON is handed on as it is: SQL refuses it, and says why. */
function jsonOf(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
