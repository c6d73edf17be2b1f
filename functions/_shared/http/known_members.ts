import { HttpError } from "./http_error.ts";

/**
 * Refuses an object with a member that nothing reads: its sender believes that it does something.
 * @param where Of a part of the body, such as "items.0"; "" for the body itself.
 * @throws HttpError 400 unknown_member
 */
export function onlyMembers(value: object, known: readonly string[], where = ""): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const path = where ? `${where}.${unknown.slice(0, 60)}` : unknown.slice(0, 60);
  const message = `There is no member ${JSON.stringify(path)}. Known here: ${known.join(", ")}.`;
  throw new HttpError(400, "unknown_member", message);
}
