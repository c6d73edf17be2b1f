/** The migrations that a release has. A database that runs it has applied them, and never applies them again. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./schema.ts";

const FOLDER = "supabase/migrations";

/** @throws Error when git is not there, or `root` is no repository of its own. */
async function git(root: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", args, { cwd: root, maxBuffer: 2 ** 26 });
  return stdout;
}

/** Tags of releases, v1.2.3, the oldest first. None where this is no clone: a copy without its history. */
export async function releases(root = ROOT): Promise<string[]> {
  const listed = await git(root, "tag", "--list", "v[0-9]*", "--sort=version:refname").catch(() => "");
  return listed.split("\n").filter((tag) => tag !== "");
}

/** As git names a file's content. */
function blobOf(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

/**
 * What is wrong with the migrations of releases, a sentence for each: one that is gone, one that was changed, and one
 * that was added before the last of a release, which a database of that release would never get.
 */
export async function releasedMigrationProblems(files: string[], root = ROOT): Promise<string[]> {
  const problems = new Map<string, string>();
  for (const tag of await releases(root)) {
    const tree = await git(root, "ls-tree", tag, `${FOLDER}/`);
    const released = tree.split("\n").flatMap((line) => {
      const [, blob, file] = /^\d+ blob ([0-9a-f]+)\t(.+\.sql)$/.exec(line) ?? [];
      return blob && file ? [{ blob, name: path.basename(file) }] : [];
    });
    const mend = (name: string) =>
      `Databases have applied it, and never apply it again. git checkout ${tag} -- ${FOLDER}/${name}, and write what is ` +
      "new as a migration of its own: npm run migration -- <name>";
    for (const { blob, name } of released) {
      if (!files.includes(name)) {
        problems.set(name, `${FOLDER}/${name} is in ${tag}, and is gone. ${mend(name)}`);
        continue;
      }
      const content = await readFile(path.join(root, FOLDER, name));
      if (blobOf(content) !== blob)
        problems.set(name, `${FOLDER}/${name} is in ${tag}, and was changed. ${mend(name)}`);
    }
    const names = released.map(({ name }) => name);
    const last = names.toSorted().at(-1);
    if (last === undefined) continue;
    for (const name of files) {
      if (names.includes(name) || name > last) continue;
      problems.set(
        name,
        `${FOLDER}/${name} goes before ${last}, which is in ${tag}: a database of that release refuses it. Rename it ` +
          "to a later time.",
      );
    }
  }
  return [...problems.values()];
}
