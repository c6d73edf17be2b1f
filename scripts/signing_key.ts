/** `npm run signing-key`: an Ed25519 key pair for the messages of one destination. */
import { publicKeyOf } from "../functions/_shared/crypto/ed25519.ts";
import { toBase64 } from "../functions/_shared/crypto/signature.ts";
import { main, type RunOptions, runCommand, UsageError } from "./command.ts";

const HELP = `
Makes an Ed25519 key pair for one destination: the secret key, which signs its messages, and the public key, with which
the receiver verifies them. Nothing is stored.

npm run signing-key                      a new pair
SIGNING_KEY=whsk_… npm run signing-key   the public key of this secret key. In a variable, for npm prints its command
                                         line`;

/** Runs the command; resolves to its exit code. */
export function signingKey(args: string[], { env = process.env, signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, allowPositionals: true }, args, signal, async ({ positionals }) => {
    // The argument itself is not repeated: it may be a secret.
    if (positionals.length > 0) throw new UsageError("It takes no arguments. Give the secret key as SIGNING_KEY.");
    const given = env.SIGNING_KEY;
    const secret = given || `whsk_${toBase64(crypto.getRandomValues(new Uint8Array(32)))}`;
    const publicKey = await publicKeyOf(secret).catch((error: Error) => {
      throw new UsageError(`SIGNING_KEY cannot be used. ${error.message}`);
    });
    if (!given) console.log(`Secret key, for <NAME>_SIGNING_SECRET:             ${secret}`);
    console.log(`Public key, for the receiver (v1a signatures):      ${publicKey}`);
  });
}

await main(import.meta.url, signingKey);
