/** The functions' secrets: which differ from those of the project, and setting them. */
import { createHash } from "node:crypto";
import { developmentEnvironment } from "../../local/environment.ts";
import type { ManagementClient } from "./management_client.ts";
import { complaintsAbout } from "./secret_rules.ts";
import type { GivenSecrets } from "./target.ts";

/** By name. Undefined values: the project's are not known, and all are set. */
export interface SecretChanges {
  added: string[];
  changed: string[];
  unchanged: string[];
}

/** What the project tells of its secrets: a digest by name. Undefined where the token may not read it. */
export async function readDigests(api: ManagementClient): Promise<Map<string, string> | undefined> {
  const listed = await api.askIfAllowed("secrets", "The names of the secrets could not be read");
  if (!Array.isArray(listed)) return undefined;
  return new Map(listed.map(({ name, value }) => [String(name), String(value)]));
}

/** As hosted Supabase shows a secret. */
const digestOf = (value: string) => createHash("sha256").update(value).digest("hex");

export function compareSecrets(
  values: Record<string, string>,
  digests: Map<string, string> | undefined,
): SecretChanges {
  const changes: SecretChanges = { added: [], changed: [], unchanged: [] };
  for (const [name, value] of Object.entries(values)) {
    const digest = digests?.get(name);
    if (digest === undefined) changes.added.push(name);
    else changes[digest === digestOf(value) ? "unchanged" : "changed"].push(name);
  }
  return changes;
}

/** Sets these. @throws ApiFailure that begins with `what` */
export async function storeSecrets(api: ManagementClient, values: Record<string, string>, what: string): Promise<void> {
  const body = Object.entries(values).map(([name, value]) => ({ name, value }));
  await api.send("secrets", what, { method: "POST", body });
}

/** Sets what is new or changed. Returns the names. */
export async function setSecrets(
  api: ManagementClient,
  values: Record<string, string>,
  { added, changed }: SecretChanges,
): Promise<string[]> {
  const names = [...added, ...changed];
  if (names.length === 0) return names;
  const chosen = Object.fromEntries(names.map((name) => [name, values[name]!]));
  await storeSecrets(api, chosen, "The secrets could not be set");
  return names;
}

/** What is wrong with the secrets of a file; names variables, never a value. */
export function checkSecrets({ file, all }: GivenSecrets, trial: boolean): string[] {
  const complaints = complaintsAbout(all, developmentEnvironment(), trial);
  return complaints.length === 0 ? [] : [`${complaints.join("\n")}\nAll of it in ${file}.`];
}

/** Secrets without which a provider or a receiver is not connected. */
const CONNECTS = /_(WEBHOOK_SECRET|WEBHOOK_ID|WEBHOOK_URL)$/;

/** What neither the file nor the project sets of what connects somebody. */
export function notConnected(values: Record<string, string>, digests: Map<string, string> | undefined): string[] {
  if (digests === undefined) return [];
  return Object.keys(developmentEnvironment()).filter(
    (name) => CONNECTS.test(name) && !values[name] && !digests.has(name),
  );
}
