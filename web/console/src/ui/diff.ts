/** What differs between a row before and after. */
import type { Json, Row } from "../api/types.ts";

export interface FieldChange {
  name: string;
  before: string | undefined;
  after: string | undefined;
}

export const shown = (value: Json | undefined): string | undefined =>
  value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);

/** Fields that differ. Of a row that is new or gone, all that say something. */
export function diffRows(before: Row | null, after: Row | null): FieldChange[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const isWhole = !before || !after;
  return names.flatMap((name) => {
    const was = shown(before?.[name]);
    const is = shown(after?.[name]);
    if (isWhole ? (was ?? is) === "null" : was === is) return [];
    return [{ name, before: was, after: is }];
  });
}
