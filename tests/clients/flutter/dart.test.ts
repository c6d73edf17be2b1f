/**
 * clients/flutter, without a Dart SDK: each file parses, and what it names of ours is there. `dart analyze` and
 * `dart test` run in .github/workflows/flutter.yml alone.
 */
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Language, type Node, Parser } from "web-tree-sitter";
import { ROOT } from "../../../scripts/schema/schema.ts";

const FOLDER = path.join(ROOT, "clients/flutter");
const read = (file: string) => readFile(path.join(ROOT, file), "utf8");

await Parser.init();
const dart = await Language.load(
  createRequire(import.meta.url).resolve("@repomix/tree-sitter-wasms/out/tree-sitter-dart.wasm"),
);

function parse(text: string): Node {
  const parser = new Parser();
  parser.setLanguage(dart);
  return parser.parse(text)!.rootNode;
}

function* below(node: Node): Generator<Node> {
  yield node;
  for (const child of node.namedChildren) if (child) yield* below(child);
}

/** Where the parser did not understand a file, as `line: text`. */
const mistakes = (root: Node) =>
  [...below(root)]
    .filter((node) => node.isError || node.isMissing)
    .map((node) => `${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);

const files = (await readdir(FOLDER, { recursive: true })).filter((file) => file.endsWith(".dart")).sort();
const sources = new Map(
  await Promise.all(files.map(async (file) => [file, await read(`clients/flutter/${file}`)] as const)),
);

describe("the Dart files", () => {
  test.each(files)("%s parses", (file) => {
    expect(mistakes(parse(sources.get(file)!))).toEqual([]);
  });

  test("a file that does not parse would be found", () => {
    expect(mistakes(parse("void main() { final x = ; }"))).not.toEqual([]);
  });

  test.each(files)("%s imports only what is there, and what pubspec.yaml has", async (file) => {
    const pubspec = await read("clients/flutter/pubspec.yaml");
    for (const [, target] of sources.get(file)!.matchAll(/^(?:import|export) '([^']+)'/gm)) {
      const [, name, inside] = /^package:(\w+)\/(.+)$/.exec(target!) ?? [];
      if (name === "signalbox") expect(files).toContain(`lib/${inside}`);
      else if (name) expect(pubspec).toMatch(new RegExp(`^  ${name}: `, "m"));
      else if (!target!.startsWith("dart:")) expect(files).toContain(path.join(path.dirname(file), target!));
    }
  });
});

/** The types of the database, which `npm run types` makes of the schema: what its section `public` has. */
const types = (await read("functions/_shared/platform/database_types.ts"))
  .split(/^ {2}public: \{\n/m)[1]!
  .split(/^ {2}\}\n/m)[0]!;
const tables = new Map(
  [...types.matchAll(/^ {6}(\w+): \{\n {8}Row: \{\n((?: {10}.*\n)+)/gm)].map(([, table, columns]) => [
    table!,
    new Set([...columns!.matchAll(/^ {10}(\w+):/gm)].map(([, column]) => column!)),
  ]),
);
const functions = new Map(
  [...types.split(/^ {4}Functions: \{\n/m)[1]!.matchAll(/^ {6}(\w+):\s*\{\s*Args:\s*(\{[^}]*\}|never)/gm)].map(
    ([, name, args]) => [name!, new Set([...args!.matchAll(/(\w+)\??:/g)].map(([, argument]) => argument!))],
  ),
);

/** The names in quotes of a file of ours: what it answers or sends has these members. */
const membersOf = async (file: string) =>
  [...(await read(file)).matchAll(/['"](\w+)['"]|\b(\w+): /g)].map((m) => m[1] ?? m[2]!);

/** Our code with examples, without comments. */
const code = [...sources]
  .filter(([file]) => !file.startsWith("test/"))
  .map(([, text]) => text.replaceAll(/^\s*\/\/.*$/gm, ""))
  .join("\n");
const all = (pattern: RegExp) => [...code.matchAll(pattern)].map(([, name, more]) => ({ name: name!, more }));

test("a watch queues what it has read before anything else can be told: tests/clients/web has it run", () => {
  const queued = /final changes = _feed\.read\(page\);(.*?)_apply\(changes\);/s;
  const [, between] = queued.exec(sources.get("lib/src/watch.dart")!)!;
  expect(between).toContain("_load");
  expect(between).not.toContain("await");
});

describe("what they name", () => {
  test("the schema was read", () => {
    expect(tables.get("notifications")).toContain("read_at");
    expect(functions.get("changes_since")).toEqual(new Set(["topic", "cursor", "at_most"]));
  });

  test("tables, and their columns", () => {
    const selects = all(/\.from\('(\w+)'\)\s*((?:\s*\.\w+\((?:[^()]|\([^()]*\))*\))*)/g);
    expect(selects.length).toBeGreaterThan(1);
    for (const { name, more } of selects) {
      expect([...tables.keys()]).toContain(name);
      const columns = [
        ...[...more!.matchAll(/\.select\('([^']*)'\)/g)].flatMap(([, list]) => list!.split(/,\s*/)),
        ...[...more!.matchAll(/\.(?:eq|order)\('(\w+)'/g)].map(([, column]) => column!),
      ];
      for (const column of columns) expect([...tables.get(name)!]).toContain(column);
    }
    for (const { name } of all(/\.table != '(\w+)'/g)) expect([...tables.keys()]).toContain(name);
  });

  test("functions of the Data API, and their arguments", () => {
    const calls = all(/\.rpc<\w+>\(\s*'(\w+)',\s*params: \{([^}]*)\}/g);
    expect(calls.length).toBeGreaterThan(0);
    for (const { name, more } of calls) {
      for (const [, argument] of more!.matchAll(/'(\w+)':/g)) expect([...functions.get(name)!]).toContain(argument);
    }
  });

  test("functions at the edge", async () => {
    const calls = all(/\.invoke\(\s*'([\w-]+)'/g);
    expect(calls.length).toBeGreaterThan(0);
    for (const { name } of calls) expect(await readdir(path.join(ROOT, "functions"))).toContain(name);
  });

  test("topics and events, as sql/ tells them", async () => {
    const sql = `${await read("sql/70-realtime/20-tell_owner.sql")}${await read("sql/70-realtime/26-tell_cohort.sql")}`;
    const topics = all(/'(\w+):\$/g).filter(({ name }) => name !== "Realtime");
    expect(topics.length).toBeGreaterThan(0);
    for (const { name } of topics) expect(sql).toContain(`'${name}:' ||`);
    const events = all(/for \(final event in const \[([^\]]*)\]/g)[0]!.name;
    const operations = /check \(operation in \(([^)]*)\)/.exec(await read("sql/70-realtime/04-topic_changes.sql"))![1];
    expect(events).toBe(operations);
  });

  test("the tables of .stream() are published", async () => {
    const publication = await read("sql/70-realtime/30-publication.sql");
    const streamed = all(/liveRows\(\s*\w+,\s*'(\w+)'/g);
    expect(streamed.length).toBeGreaterThan(0);
    for (const { name } of streamed) expect(publication).toContain(`public.${name}`);
  });

  test("and no member that no table, function or answer has", async () => {
    const known = new Set([
      ...tables.keys(),
      ...[...tables.values()].flatMap((columns) => [...columns]),
      ...functions.keys(),
      ...[...functions.values()].flatMap((names) => [...names]),
      ...(await membersOf("sql/70-realtime/tell.sql")),
      ...(await membersOf("sql/70-realtime/changes_since.sql")),
      ...(await membersOf("sql/30-commerce/30-checkout/payment_status.sql")),
      ...(await membersOf("functions/_shared/storefront/payment_status_handler.ts")),
      ...(await membersOf("functions/_shared/storefront/status_text.ts")),
      ...(await membersOf("functions/_shared/storefront/browser_handler.ts")),
      "payload",
    ]);
    const members = all(/'([a-z]+(?:_[a-z]+)*)'(?=\]|:)/g).map(({ name }) => name);
    expect(members.length).toBeGreaterThan(15);
    expect(members.filter((name) => !known.has(name))).toEqual([]);
  });
});
