/** What an object was like before an event, where its provider tells it (`previous_attributes`). */
import type { Json, Kind } from "./json_reader.ts";

/**
 * What the fields of a fact were before the event, as far as `previous` names them: of two events of one moment it
 * tells which came later (sql inbox.latest_of).
 *
 * @param fields Of each field its kind, and its paths in the object.
 * @param derived Fields that are not read as they stand; undefined: nothing is told of it.
 */
export function before(
  previous: Json,
  fields: Record<string, [Kind<string | boolean>, ...string[]]>,
  derived: Record<string, string | boolean | undefined> = {},
) {
  const read = Object.entries(fields).flatMap(([name, [kind, ...paths]]) => {
    const path = paths.find((one) => isTold(previous, one));
    return path === undefined ? [] : [[name, previous.readable(kind, path)] as const];
  });
  const found = [...read, ...Object.entries(derived).filter(([, value]) => value !== undefined)];
  return found.length > 0 ? { previous: Object.fromEntries(found) as Record<string, string | boolean | null> } : {};
}

/** Whether `previous` says what was at one of these paths, be it null. */
export const isTold = (previous: Json, ...paths: string[]): boolean =>
  paths.some((path) => previous.at(path).value !== undefined);
