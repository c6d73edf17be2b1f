/**
 * `npm run signing-key`: a new Ed25519 key that signs what a destination gets, and the public one for its receiver; or the public
 * one to the secret in SIGNING_KEY (npm prints what it is given on the command line).
 */
import { publicKeyOf } from "../functions/_shared/crypto/ed25519.ts";
import { toBase64 } from "../functions/_shared/crypto/signature.ts";
import { carryOut, main, UsageError } from "./command.ts";

const USAGE = "npm run signing-key\nSIGNING_KEY=whsk_… npm run signing-key";

/** Runs the command; resolves to its exit code. */
export function signingKey(
  args: string[],
  { env = process.env, signal }: { env?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
): Promise<number> {
  return carryOut(USAGE, signal, async () => {
    if (args.length > 0) throw new UsageError("It takes no arguments: a secret comes in SIGNING_KEY.");
    const given = env.SIGNING_KEY;
    const secret = given || `whsk_${toBase64(crypto.getRandomValues(new Uint8Array(32)))}`;
    const known = await publicKeyOf(secret).catch((error: Error) => {
      throw new UsageError(`SIGNING_KEY cannot be used. ${error.message}`);
    });
    if (!given) console.log(`For <NAME>_SIGNING_SECRET, a secret:  ${secret}`);
    console.log(`For the receiver, to verify v1a with: ${known}`);
  });
}

await main(import.meta.url, signingKey);
