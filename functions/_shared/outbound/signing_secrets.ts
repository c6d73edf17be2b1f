/**
 * The secrets that sign what a destination gets: the function secret <NAME>_SIGNING_SECRET (one, or two with a space between them
 * while one replaces the other), or, where that is not set, those that outbox.rotate_secret keeps in Vault.
 */

import { secretsFrom } from "../crypto/signature.ts";
import type { Runtime } from "../platform/runtime.ts";
import { NotConfigured, settingName } from "./adapter.ts";

export interface SigningSecrets {
  /** All that are live now, at least one. @throws Unsent when there is none, or Vault does not answer. */
  of(destination: string): Promise<string[]>;
}

/** How long what Vault said is good for, in ms. */
const KEPT = 60_000;

export function openSigningSecrets({ env, database, now }: Pick<Runtime, "env" | "database" | "now">): SigningSecrets {
  const read = new Map<string, { until: number; secrets: Promise<string[]> }>();

  function fromVault(destination: string): Promise<string[]> {
    const known = read.get(destination);
    if (known && known.until > now()) return known.secrets;
    const secrets = ask(destination);
    read.set(destination, { until: now() + KEPT, secrets });
    // Nothing to sign with is not remembered: whoever sets it should not have to wait.
    secrets.catch(() => read.delete(destination));
    return secrets;
  }

  async function ask(destination: string): Promise<string[]> {
    let rows: { secret: string }[];
    try {
      rows = await database.query<{ secret: string }>("select secret from outbox.secrets_of($1) as secret", [
        destination,
      ]);
    } catch (error) {
      throw new NotConfigured(`Vault could not be asked for the signing secret: ${(error as Error).message}`);
    }
    if (rows.length > 0) return rows.map(({ secret }) => secret);
    throw new NotConfigured(
      `There is nothing to sign with: set the function secret ${settingName(destination, "SIGNING_SECRET")}, ` +
        `or let the database make one (select outbox.rotate_secret('${destination}')); the receiver needs the same.`,
    );
  }

  return {
    async of(destination) {
      const secrets = secretsFrom(env, settingName(destination, "SIGNING_SECRET"));
      return secrets.length > 0 ? secrets : await fromVault(destination);
    },
  };
}
