/**
 * The secrets that sign a destination's messages: the function secret <NAME>_SIGNING_SECRET (one, or two separated by a
 * space during a rotation) or, if that is not set, those that outbox.rotate_secret keeps in Vault.
 */

import { secretsFrom } from "../crypto/signature.ts";
import type { FunctionValue } from "../platform/rows.ts";
import type { Runtime } from "../platform/runtime.ts";
import { NotConfigured, settingName } from "./adapter.ts";

export interface SigningSecrets {
  /** All secrets in force, at least one. @throws NotConfigured when there is none, or Vault cannot be read */
  of(destination: string): Promise<string[]>;
}

/** How long secrets from Vault are used before they are read again, in ms. */
const CACHE_TTL_MS = 60_000;

export function openSigningSecrets({ env, database, now }: Pick<Runtime, "env" | "database" | "now">): SigningSecrets {
  const cache = new Map<string, { expiresAt: number; secrets: Promise<string[]> }>();

  function fromVault(destination: string): Promise<string[]> {
    const cached = cache.get(destination);
    if (cached && cached.expiresAt > now()) return cached.secrets;
    const secrets = readVault(destination);
    cache.set(destination, { expiresAt: now() + CACHE_TTL_MS, secrets });
    // Errors are not cached, so that a secret that is set meanwhile is used at once.
    secrets.catch(() => cache.delete(destination));
    return secrets;
  }

  async function readVault(destination: string): Promise<string[]> {
    let rows: { secret: FunctionValue<"outbox", "secrets_of"> }[];
    try {
      rows = await database.query("select secret from outbox.secrets_of($1) as secret", [destination]);
    } catch (error) {
      throw new NotConfigured(`The signing secret could not be read from Vault: ${(error as Error).message}`);
    }
    if (rows.length > 0) return rows.map(({ secret }) => secret);
    throw new NotConfigured(
      `There is no signing secret: set the function secret ${settingName(destination, "SIGNING_SECRET")}, ` +
        `or let the database make one (select outbox.rotate_secret('${destination}')); give the receiver the same.`,
    );
  }

  return {
    async of(destination) {
      const secrets = secretsFrom(env, settingName(destination, "SIGNING_SECRET"));
      return secrets.length > 0 ? secrets : await fromVault(destination);
    },
  };
}
