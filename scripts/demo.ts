/**
 * `npm run demo`: the main path on an embedded Supabase, step by step. Real signed events of all providers come in;
 * each is followed to an order, to deliveries that a receiver verifies, and to a client that listens by Realtime.
 */
import postgres from "postgres";
import { developmentEnvironment } from "../local/environment.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { type ReceiverSecrets, startReceiver } from "../simulator/receiver.ts";
import { Failure, main, type RunOptions, runCommand } from "./command.ts";
import { fapshiStory } from "./demo/fapshi.ts";
import { fathomStory } from "./demo/fathom.ts";
import { paypalStory } from "./demo/paypal.ts";
import { reconcilerStory } from "./demo/reconciler.ts";
import { listens, type Scene, say, seconds } from "./demo/scene.ts";
import { storefrontStory } from "./demo/storefront.ts";
import { stripeStory } from "./demo/stripe.ts";
import { tutoringStory } from "./demo/tutoring.ts";
import { whopStory } from "./demo/whop.ts";

const HELP = `
Starts an embedded Supabase on free ports, plays a purchase at each provider from signed webhook to order, message
and Realtime, shows each step with its time, and stops. It leaves nothing behind.

npm run demo

Exit code: 0 only when every step happened. DEBUG=1 shows what the functions log.`;

const STORIES = [
  stripeStory,
  paypalStory,
  fapshiStory,
  whopStory,
  fathomStory,
  tutoringStory,
  reconcilerStory,
  storefrontStory,
];

/** Runs the command; resolves to its exit code. */
function demo(args: string[], { signal }: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP }, args, signal, () =>
    play(signal).catch((error: Error) => {
      if (process.env.DEBUG) throw error;
      throw new Failure(`\n${error.message}\n(DEBUG=1 npm run demo shows what the functions log.)`);
    }),
  );
}

async function play(signal: AbortSignal | undefined): Promise<void> {
  const from = Date.now();
  say("Signalbox: every webhook in, every row change out, exactly once.\n");
  say("Starting an embedded Supabase …");
  const secrets = developmentEnvironment();
  const receiver = await startReceiver(secrets as unknown as ReceiverSecrets);
  let stack: Stack | undefined;
  let sql: postgres.Sql | undefined;
  let hangUp: (() => Promise<void>) | undefined;
  try {
    stack = await startStack({
      env: { ...secrets, ...receiver.environment() },
      log: (line) => process.env.DEBUG && say(`  ${line}`),
      progress: (step, ms) => say(`  ${step.padEnd(12)} ${seconds(ms)}`),
      signal,
    });
    sql = postgres(stack.dbUrl, { max: 2, onnotice() {} });
    const the: Scene = { stack, receiver, sql, env: stack.env, heard: [] };
    await sql`
      insert into public.products (sku, name, price_minor, currency, stock)
      values ('mug', 'Enamel mug', 2450, 'EUR', 10), ('coaching', 'An hour of coaching', 30000, 'XAF', 5)`;
    hangUp = await listens(the);
    say(`  ready after ${seconds(Date.now() - from)}\n`);

    for (const story of STORIES) {
      signal?.throwIfAborted();
      await story(the);
    }
    say(`All of it happened, in ${seconds(Date.now() - from)}.`);
  } finally {
    await hangUp?.();
    await sql?.end({ timeout: 1 });
    await stack?.stop();
    await receiver.stop();
  }
}

await main(import.meta.url, demo);
// realtime-js leaves a timer of 10 s behind; everything of ours has ended.
process.exit();
