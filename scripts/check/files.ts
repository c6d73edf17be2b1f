/** The project's own files, as paths from its root: what git tracks or would track. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "../schema/schema.ts";

/** Written by a program, or by somebody else: not ours to name or to wrap. */
const NOT_OURS = [
  /^package-lock\.json$/,
  /^tests\/fixtures\//,
  /^bench\/results\//,
  /^supabase\/migrations\//,
  /^docs\/reference\/(functions\.md|messages\.md|messages\.schema\.json|openapi\.json)$/,
  /^functions\/_shared\/platform\/database_types\.ts$/,
  /\.(pem|svg|png|jpg)$/,
];

/** Sorted; without what is generated, and without fixtures. */
export async function ownFiles(): Promise<string[]> {
  return (await allFiles()).filter((file) => !NOT_OURS.some((pattern) => pattern.test(file)));
}

/** Sorted, with those. */
export async function allFiles(): Promise<string[]> {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await promisify(execFile)("git", args, { cwd: ROOT, maxBuffer: 2 ** 26 });
  const { stdout: deleted } = await promisify(execFile)("git", ["ls-files", "--deleted", "-z"], { cwd: ROOT });
  const gone = new Set(deleted.split("\0"));
  return [...new Set(stdout.split("\0"))].filter((file) => file !== "" && !gone.has(file)).sort();
}
