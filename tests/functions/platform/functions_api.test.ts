/** ops.functions_api lists what the functions call: a call that is missing there is refused to signalbox_functions. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/schema/schema.ts";

const SCHEMAS = "inbox|outbox|commerce|ops|public|learning|tutoring|community|calendar|console|realtime|net|vault|cron";
const FUNCTIONS = path.join(ROOT, "functions");

async function sources(): Promise<string[]> {
  const names = (await readdir(FUNCTIONS, { recursive: true })).filter((name) => name.endsWith(".ts"));
  return await Promise.all(names.map((name) => readFile(path.join(FUNCTIONS, name), "utf8")));
}

test("it has each SQL function that functions/ calls, and no other", async () => {
  const called = (await sources()).flatMap((text) => [
    ...text.matchAll(new RegExp(`\\b((?:${SCHEMAS})\\.[a-z_0-9]+)\\(`, "g")),
  ]);
  const list = await readFile(path.join(ROOT, "sql/80-ops/50-functions_role/functions_api.sql"), "utf8");
  const listed = /any \('\{([^}]*)\}'/
    .exec(list)![1]!
    .split(",")
    .map((name) => name.trim());
  expect(listed.toSorted()).toEqual([...new Set(called.map(([, name]) => name!))].sort());
});

test("functions/ names no table in its SQL", async () => {
  const tables = new RegExp(`\\b(?:from|join|update|into)\\s+(?:${SCHEMAS})\\.[a-z_0-9]+(?![a-z_0-9(])`, "g");
  const found = (await sources()).flatMap((text) => text.match(tables) ?? []);
  // A sentence for an admin, and no statement.
  expect(found.filter((one) => one !== "from ops.attention")).toEqual([]);
});

test("what arguments are cast to is in a schema that the role may use", async () => {
  const casts = (await sources()).flatMap((text) => [...text.matchAll(/::([a-z_]+)\.[a-z_]+/g)]);
  expect([...new Set(casts.map(([, schema]) => schema))]).toEqual(["public"]);
});
