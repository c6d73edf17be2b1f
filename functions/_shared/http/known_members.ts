import { HttpError } from "./http_error.ts";

/**
 * Refuses an object with a member that nothing reads: its sender believes that it does something.
 * Passes a value that is no object: whoever reads it says so.
 * @param where Of a part of the body, such as "items.0"; "" for the body itself.
 * @throws HttpError 400 unknown_member
 */
export function onlyMembers(value: unknown, known: readonly string[], where = ""): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const path = where ? `${where}.${unknown.slice(0, 60)}` : unknown.slice(0, 60);
  const message = `There is no member ${JSON.stringify(path)}. Known here: ${known.join(", ")}.`;
  throw new HttpError(400, "unknown_member", message);
}
