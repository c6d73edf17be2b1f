/** docs/runbook.md has a row for every alert that a planted fault raises, and for every secret there is. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { developmentEnvironment } from "../../../local/environment.ts";
import { ROOT } from "../../../scripts/schema/schema.ts";

const read = (file: string) => readFile(path.join(ROOT, file), "utf8");
const runbook = await read("docs/runbook.md");

/** A table's rows, by their cells. */
const rowsOf = (text: string, heading: string) =>
  text
    .slice(text.indexOf(heading))
    .split("\n")
    .slice(2)
    .reduce<string[][]>((rows, line) => {
      if (line.startsWith("|")) rows.push(line.split("|").map((cell) => cell.trim()));
      return rows;
    }, []);

test("it says of each thing that ops.attention may show what it means and what to do", async () => {
  const faults = (await read("docs/reference/faults.md")).split("\n## ")[0]!;
  const planted = rowsOf(faults, "| Fault ").flatMap(
    (cells) => /^(.+) \((?:urgent|soon|note)\)$/.exec(cells[3] ?? "")?.[1] ?? [],
  );
  const severity = await read("sql/80-ops/20-attention/05-severity.sql");
  const graded = [...severity.slice(severity.indexOf("case")).matchAll(/'([a-z][a-z ]+[a-z])'/g)]
    .map(([, what]) => what!)
    .filter((what) => what.includes(" "));
  expect(planted.length + graded.length).toBeGreaterThan(40);

  const alerts = rowsOf(runbook.slice(0, runbook.indexOf("### No courier")), "| `what`");
  const names = alerts.map((cells) => cells[1]!);
  expect([...new Set([...planted, ...graded])].filter((what) => !names.includes(what))).toEqual([]);
  expect(names).toEqual(names.toSorted());
  for (const [, , meaning, action] of alerts) expect(`${meaning} ${action}`).toMatch(/\S+ .*\S+ /);

  const folders = ["sql/80-ops/20-attention/10-rules", "sql/80-ops/10-audit/20-rules"];
  const files = await Promise.all(
    folders.map(async (folder) => (await readdir(path.join(ROOT, folder))).map((name) => `${folder}/${name}`)),
  );
  const rules = (await Promise.all(files.flat().map(read))).join("\n");
  expect(names.filter((what) => !rules.includes(`'${what}'`))).toEqual([]);
});

test("it says of each secret among the variables how it is changed", () => {
  const secrets = Object.keys(developmentEnvironment()).filter((name) =>
    /SECRET$|_KEY$|TOKEN$|API_USER$|WEBHOOK_URL$|WEBHOOK_ID$|CLIENT_ID$/.test(name),
  );
  const named = new Set([...runbook.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name));
  // Google's client id and the like name an account, and open nothing.
  expect(secrets.filter((name) => !named.has(name))).toEqual(["GOOGLE_CLIENT_ID"]);
});

test("it says of each secret that the migrations put into Vault what stops when it is made anew", async () => {
  const schema = await read("sql/80-ops/20-attention/10-rules/attention_missing_secrets.sql");
  const names = [...new Set([...schema.matchAll(/'(signalbox_[a-z]+)'/g)].map(([, name]) => name!))];
  expect(names.length).toBeGreaterThan(0);
  const vault = runbook.slice(runbook.indexOf("### Vault"), runbook.indexOf("## Secrets"));
  for (const name of names) expect(vault).toContain(`\`${name}\``);
});
