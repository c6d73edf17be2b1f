/** File names in comments: each is a file of the repository, so that whoever follows one finds it. */
import path from "node:path";

/** A path or a name with one of these endings; not in an address, and not with a placeholder (`<name>`, `*`). */
const NAMED = /(?<![\w./@:<>*$…{}-])(?:[\w.-]+\/)*[\w.-]*\w\.(?:ts|tsx|sql|md|json|jsonc|toml)(?![\w/-])/g;

/** Names that are no file of ours. */
const OTHERS: readonly [RegExp, why: string][] = [
  [/\.d\.ts$/, "in a provider's SDK: Disputes.d.ts"],
  [/^sdk\/models\//, "in Fathom's SDK"],
  [/^config\.json$/, "what a host of the console or the shop puts beside its pages"],
  [/^console\.sql$/, "the SQL function"],
];

/** For each kind of file: what begins a comment that ends with its line, or a text, in which nothing begins one. */
const COMMENTS: readonly [file: RegExp, comment: RegExp][] = [
  [/\.([cm]?[jt]sx?|jsonc)$/, /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/\s.*/g],
  [/\.sql$/, /'[^']*'|--.*/g],
  [/\.(toml|yml|example)$/, /"[^"]*"|#\s.*/g],
];

/** @returns whether a name in a comment of `file` is that of a file: its path, or the end of it. */
export function openNames(files: readonly string[]): (name: string, file: string) => boolean {
  const ends = new Set(files.flatMap((file) => file.split("/").map((_, i, parts) => parts.slice(i).join("/"))));
  return (name, file) => ends.has(name) || ends.has(path.posix.join(path.posix.dirname(file), name));
}

/** @returns a line for each name in a comment of `file` that `isThere` does not know. `text` is its content. */
export function findStaleNames(file: string, text: string, isThere: ReturnType<typeof openNames>): string[] {
  return commentsOf(file, text).flatMap(([line, comment]) =>
    (comment.match(NAMED) ?? [])
      .filter((name) => !isThere(name, file) && !OTHERS.some(([pattern]) => pattern.test(name)))
      .map((name) => `${file}:${line}: there is no ${name}. Name the file that is meant.`),
  );
}

function commentsOf(file: string, text: string): [line: number, comment: string][] {
  const pattern = COMMENTS.find(([kind]) => kind.test(file))?.[1];
  if (!pattern) return [];
  let inBlock = false;
  return text.split("\n").flatMap((line, i): [number, string][] => {
    if (!file.endsWith(".sql") && (inBlock || /^\s*\/\*/.test(line))) {
      inBlock = !line.includes("*/");
      return [[i + 1, line]];
    }
    const comment = line.match(pattern)?.find((part) => /^(\/\/|--|#)/.test(part));
    return comment === undefined ? [] : [[i + 1, comment]];
  });
}
