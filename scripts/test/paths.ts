/** Which test files the arguments of `npm test` mean. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { ROOT } from "../schema/schema.ts";
import { pgtapFiles } from "./pgtap.ts";

const TESTS = path.join(ROOT, "tests");

/** Absolute paths. */
export interface TestFiles {
  pgtap: string[];
  vitest: string[];
}

/** An argument that names no test. The message lists what may have been meant. */
export class NoSuchTest extends Error {}

export async function allTestFiles(): Promise<TestFiles> {
  const names = await readdir(TESTS, { recursive: true });
  const vitest = names.filter((name) => name.endsWith(".test.ts")).map((name) => path.join(TESTS, name));
  return { pgtap: await pgtapFiles(), vitest: vitest.sort() };
}

/** `stack/money/refunds` for tests/stack/money/refunds.test.ts. */
function nameOf(file: string): string {
  return path.relative(TESTS, file).split(path.sep).join("/").replace(ENDING, "");
}
const ENDING = /(\.test)?\.(ts|sql)$/;

/** What is meant by an argument, as a name: with or without `tests/`, a file's ending, and the folder we are in. */
function normalise(argument: string): string {
  const absolute = path.resolve(ROOT, argument);
  const below = absolute === TESTS || absolute.startsWith(TESTS + path.sep) ? absolute : path.resolve(TESTS, argument);
  return nameOf(below);
}

/**
 * The files that `args` name, each a file or a folder of tests/: `database/commerce/apply_payment`,
 * `tests/stack/money/refunds.test.ts`.
 * @throws NoSuchTest
 */
export function selectTests(all: TestFiles, args: string[]): TestFiles {
  const names = args.map(normalise);
  const isNamed = (file: string, name: string) =>
    name === "" || nameOf(file) === name || nameOf(file).startsWith(`${name}/`);
  for (const [i, name] of names.entries()) {
    if ([...all.pgtap, ...all.vitest].some((file) => isNamed(file, name))) continue;
    const near = nearest(name, all);
    const list = near.length > 0 ? near : below(name, all);
    throw new NoSuchTest(`There is no test at "${args[i]}". There is:\n${list.map((one) => `  ${one}`).join("\n")}`);
  }
  const select = (files: string[]) => files.filter((file) => names.some((name) => isNamed(file, name)));
  return { pgtap: select(all.pgtap), vitest: select(all.vitest) };
}

const MAX_SUGGESTIONS = 8;

/** Every file and folder. */
function places({ pgtap, vitest }: TestFiles): string[] {
  const found = new Set<string>();
  for (const file of [...pgtap, ...vitest]) {
    for (let place = nameOf(file); place !== "."; place = path.posix.dirname(place)) found.add(place);
  }
  return [...found];
}

/** What is in the first folder on the way up from `name` that exists. */
function below(name: string, all: TestFiles): string[] {
  const known = places(all);
  let folder = path.posix.dirname(name);
  while (folder !== "." && !known.includes(folder)) folder = path.posix.dirname(folder);
  return known.filter((place) => path.posix.dirname(place) === folder).sort();
}

/** The files and folders whose names are most like that of `name`, best first. */
function nearest(name: string, all: TestFiles): string[] {
  const wanted = path.posix.basename(name);
  const scored = places(all).map((place) => ({ place, score: distance(path.posix.basename(place), wanted) }));
  return scored
    .filter(({ score }) => score <= Math.max(2, wanted.length / 3))
    .toSorted((a, b) => a.score - b.score || distance(a.place, name) - distance(b.place, name))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ place }) => place);
}

/** How many letters differ (Levenshtein); less than one where one word is most of the other. */
function distance(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (a !== b && long.includes(short) && short.length * 2 >= long.length) return 0.5;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
