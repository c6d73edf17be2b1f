/**
 * `npm run pay`: pays for a checkout on a local stack, as a buyer would on the provider's page. The engine is
 * simulator/pay.ts.
 */
import { OUTCOMES, type Outcome, payCheckout } from "../simulator/pay.ts";
import { Failure, main, type RunOptions, runCommand, UsageError } from "./command.ts";
import { functionsUrlFrom } from "./functions_url.ts";

const HELP = `
Pays for a checkout as a buyer would on the provider's page, and sends the provider's webhooks. It works on a local
stack (npm start), where stand-ins play the providers.

npm run pay -- <checkout_session_id> [captured|failed|pending] [--url URL]

  <checkout_session_id>  from the answer of POST /functions/v1/checkout
  captured               the payment succeeds (default)
  failed                 the payment is declined
  pending                the payment takes its time: pay once more to end it
  --url URL              the stack's functions (default: $SIGNALBOX_URL, or the local stack of npm start)

Exit code: 0 when all webhooks were accepted, 1 when not, 2 when the command line was not understood.`;

/** Runs the command; resolves to its exit code. */
export function pay(args: string[], { signal }: RunOptions = {}): Promise<number> {
  const options = { url: { type: "string" } } as const;
  return runCommand({ help: HELP, options, allowPositionals: true }, args, signal, async ({ values, positionals }) => {
    const [checkoutId = "", outcome = "captured", ...rest] = positionals;
    if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(checkoutId))
      throw new UsageError(checkoutId ? `"${checkoutId}" is no checkout_session_id.` : "Which checkout?");
    if (!isOutcome(outcome)) throw new UsageError(`There is no outcome "${outcome}". There is: ${OUTCOMES.join(", ")}`);
    if (rest.length > 0) throw new UsageError(`One checkout and one outcome, without "${rest.join(" ")}".`);
    const functionsUrl = values.url ?? functionsUrlFrom(process.env);
    const accepted = await payCheckout({ checkoutId, outcome, functionsUrl, signal }, console.log).catch(
      (error: Error) => {
        throw new Failure(error.message);
      },
    );
    return accepted ? 0 : 1;
  });
}

function isOutcome(word: string): word is Outcome {
  return (OUTCOMES as readonly string[]).includes(word);
}

await main(import.meta.url, pay);
