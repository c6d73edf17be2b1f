/**
 * The habits of sql/: a function, table or view stands in a file of its own that is named for it, and carries a
 * comment. Files without one (schemas and types, seeds, grants, policies) may be named as they like.
 */
import path from "node:path";

const CREATE =
  /^create\s+(?:or\s+replace\s+)?(?:unlogged\s+)?(function|procedure|table|view|materialized\s+view)\s+(?:if\s+not\s+exists\s+)?([a-z0-9_]+\.[a-z0-9_]+)/gim;

/** @returns a line for each habit that `file` of sql/ does not keep. `text` is its content. */
export function findSqlProblems(file: string, text: string): string[] {
  const code = withoutBodies(text);
  const objects = [...code.matchAll(CREATE)].map(([, kind, name]) => ({ kind: kind!.toLowerCase(), name: name! }));
  const named = path.basename(file, ".sql").replace(/^\d+-/, "");
  const names = [...new Set(objects.map(({ name }) => name))];
  const [own, ...more] = [...names].sort((a, b) => Number(nameIn(b) === named) - Number(nameIn(a) === named));
  return [
    ...(own !== undefined && nameIn(own) !== named
      ? [`${file}: creates ${own}. Name the file ${path.basename(file).replace(named, nameIn(own))}.`]
      : []),
    ...more.map((name) => `${file}: also creates ${name}. Move it to a file of its own.`),
    ...names.flatMap((name) => {
      const kind = objects.find((object) => object.name === name)!.kind;
      const comment = new RegExp(`^comment\\s+on\\s+${kind}\\s+${name.replace(".", "\\.")}\\b`, "im");
      return comment.test(code) ? [] : [`${file}: ${kind} ${name} has no comment. Add: comment on ${kind} ${name} …`];
    }),
  ];
}

const nameIn = (qualified: string) => qualified.split(".")[1]!;

/** Without comments, and without what stands between dollar quotes: a function's body may create objects too. */
function withoutBodies(text: string): string {
  return text.replace(/--[^\n]*/g, "").replace(/\$(\w*)\$.*?\$\1\$/gs, "''");
}
