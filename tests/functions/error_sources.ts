/**
 * Finds the errors that our sources raise: in functions/ by the syntax tree, in sql/ by the exceptions whose `detail`
 * is a code.
 *
 * A code must be written out as a literal where it is raised. Whatever passes a code on in a variable is collected as a
 * forward, so that a test can hold the list of forwards; whatever cannot be understood is a problem, and not left out.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { statusOf } from "../../functions/_shared/storefront/checkout_refusal.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface RaisedError {
  status: number;
  code: string;
  /** File and line. */
  where: string;
}

export interface Sources {
  raised: RaisedError[];
  /** "<file>: <expression>" where a code is passed on. */
  forwards: string[];
  /** What breaks the rules above, each with file and line. */
  problems: string[];
}

export function filesBelow(folder: string, ending: string): { file: string; text: string }[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.posix.join(folder, file.split(path.sep).join("/")))
    .sort()
    .map((file) => ({ file, text: readFileSync(path.join(ROOT, file), "utf8") }));
}

export function merge(all: Sources[]): Sources {
  return {
    raised: all.flatMap(({ raised }) => raised),
    forwards: all.flatMap(({ forwards }) => forwards),
    problems: all.flatMap(({ problems }) => problems),
  };
}

/** Files that build a `Response` themselves, none of which is an error of ours. */
const OWN_RESPONSES = [
  "functions/_shared/http/respond.ts", // ok() and refused()
  "functions/_shared/operations/health_handler.ts",
  "functions/_shared/outbound/changes_handler.ts", // a page of messages, which is JSON text already
  "functions/_shared/storefront/browser_handler.ts", // the answer to a preflight request, without a body
];

/** What takes a code, and may be called or imported under its own name only. */
const TAKES_CODE = ["refused", "HttpError", "refuse", "refuseForNow"];

/** The errors of one TypeScript file. */
export function errorsInTypeScript(file: string, text: string): Sources {
  const found: Sources = { raised: [], forwards: [], problems: [] };
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const place = (node: ts.Node) => `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const problem = (node: ts.Node, what: string) => found.problems.push(`${place(node)}: ${what}`);

  function add(node: ts.Node, code: ts.Expression | undefined, statuses: number[] | undefined): void {
    const codes = code && literals(code, ts.isStringLiteralLike);
    if (!code || !codes) {
      found.forwards.push(`${file}: ${code ? code.getText() : node.getText()}`);
    } else if (!statuses) {
      problem(node, `the status of ${codes} is not visible; write it as a literal beside the code`);
    } else if (codes.length > 1 && statuses.length > 1) {
      problem(node, `which of ${codes} has which status is not visible; raise them separately`);
    } else {
      for (const { text } of codes)
        for (const status of statuses) found.raised.push({ status, code: text, where: place(node) });
    }
  }

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const callee = node.expression.getText();
      const args = node.arguments ?? [];
      if (callee === "refused" || callee === "HttpError") add(node, args[1], numbers(args[0]));
      if (callee === "refuse") add(node, args[0], [401]);
      if (callee === "refuseForNow") add(node, args[0], [503]);
      if (callee === "ok" && (numbers(args[1]) ?? []).some((status) => status >= 400))
        problem(node, "ok() with the status of an error; call refused()");
      if ((callee === "Response.json" || callee === "Response") && !OWN_RESPONSES.includes(file))
        problem(node, "builds a response; call ok() or refused() of http/respond.ts");
    }
    if (ts.isObjectLiteralExpression(node) && property(node, "code") && property(node, "detail")) {
      const code = property(node, "code")!;
      add(node, ts.isPropertyAssignment(code) ? code.initializer : undefined, statusOfRefusal(node));
    }
    if (ts.isIdentifier(node) && TAKES_CODE.includes(node.text) && !isPlainUse(node))
      problem(node, `${node.text} under another name may hide a code`);
    ts.forEachChild(node, visit);
  }
  visit(source);
  return found;
}

/** The status of a `Refusal`, by where it stands. */
function statusOfRefusal(node: ts.ObjectLiteralExpression): number[] | undefined {
  const status = property(node, "status");
  if (status && ts.isPropertyAssignment(status)) return numbers(status.initializer);
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression.getText() === "reject") return numbers(parent.arguments[2]);
  if (ts.isPropertyAssignment(parent) && parent.name.getText() === "refusal") {
    const outcome = property(parent.parent, "outcome");
    if (outcome?.getText() === 'outcome: "unknown"') return [401];
  }
  const within = ts.findAncestor(node, ts.isMethodDeclaration)?.name.getText();
  return within === "refuses" ? [422] : undefined;
}

/** A call, a declaration, an import under the same name, a type or `instanceof`. */
function isPlainUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent)) return parent.propertyName === undefined;
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
  const called = (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === node;
  const declared = (ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent)) && parent.name === node;
  return called || declared || ts.isTypeReferenceNode(parent);
}

function property(node: ts.ObjectLiteralExpression, name: string): ts.ObjectLiteralElementLike | undefined {
  return node.properties.find((one) => one.name?.getText() === name);
}

/** The literals that an expression may be: one, or the two of `a ? b : c`. Undefined when it may be something else. */
function literals<T extends ts.Expression>(
  node: ts.Expression,
  isLiteral: (node: ts.Expression) => node is T,
): T[] | undefined {
  if (isLiteral(node)) return [node];
  if (!ts.isConditionalExpression(node)) return undefined;
  const [yes, no] = [literals(node.whenTrue, isLiteral), literals(node.whenFalse, isLiteral)];
  return yes && no && [...yes, ...no];
}

function numbers(node: ts.Expression | undefined): number[] | undefined {
  return node && literals(node, ts.isNumericLiteral)?.map(({ text }) => Number(text));
}

type Token = { kind: "text" | "other"; text: string; line: number };

/** Words, quoted text and signs of SQL, without its comments. Bodies in $$ are read like the rest. */
function tokens(sql: string): Token[] {
  const pattern = /--[^\n]*|\/\*.*?\*\/|'((?:[^']|'')*)'|\w+|\S/gs;
  return [...sql.matchAll(pattern)]
    .filter(([all]) => !all.startsWith("--") && !all.startsWith("/*"))
    .map(({ 0: all, 1: quoted, index }) => ({
      kind: quoted === undefined ? "other" : "text",
      text: quoted ?? all.toLowerCase(),
      line: sql.slice(0, index).split("\n").length,
    }));
}

/** The errors of one SQL file. A `detail` that is a sentence is no code. */
export function errorsInSql(file: string, sql: string): Sources {
  const found: Sources = { raised: [], forwards: [], problems: [] };
  const all = tokens(sql);

  /** What an option of `raise … using` is set to, from token `start` until the statement's end. */
  function option(start: number, name: string): Token[] | undefined {
    let at = start;
    while (at < all.length && all[at]!.text !== ";") {
      if (all[at]!.kind === "other" && all[at]!.text === name && ["=", ":"].includes(all[at + 1]?.text ?? "")) {
        const from = all[at + 1]!.text === ":" ? at + 3 : at + 2;
        let to = from;
        while (to < all.length && all[to]!.text !== ";" && all[to]!.text !== ",") to++;
        return all.slice(from, to);
      }
      at++;
    }
    return undefined;
  }

  all.forEach((token, at) => {
    const place = `${file}:${token.line}`;
    if (token.kind === "text" && /\braise\b.*\bdetail\b/is.test(token.text))
      found.problems.push(`${place}: raises inside a text; write the exception out`);
    if (token.kind !== "other" || token.text !== "raise") return;
    const detail = option(at, "detail");
    if (!detail) return;
    const code = detail.length === 1 && detail[0]!.kind === "text" ? detail[0]!.text : undefined;
    if (code === undefined) {
      found.forwards.push(`${file}: ${detail.map(({ text }) => text).join(" ")}`);
      return;
    }
    if (!/^[a-z_]+$/.test(code)) return;
    const errcode = option(at, "errcode") ?? [{ kind: "text", text: "P0001", line: 0 }];
    const state = errcode.length === 1 && errcode[0]!.kind === "text" ? errcode[0]!.text : "";
    const status = statusOf(state, code) ?? (/^PT\d{3}$/.test(state) ? Number(state.slice(2)) : undefined);
    if (status === undefined)
      found.problems.push(`${place}: ${code} has no status for errcode ${state || "(computed)"}`);
    else found.raised.push({ status, code, where: place });
  });
  return found;
}
