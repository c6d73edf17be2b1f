/**
 * `npm run demo`: the main job on an embedded Supabase, told step by step. Real signed events of all providers come in; each is
 * shown going through to order, deliveries (received and verified by a real receiver) and a subscribed client. Exit 0 only if all did.
 */
import postgres from "postgres";
import { developmentEnvironment } from "../local/environment.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { type ReceiverSecrets, startReceiver } from "../simulator/receiver.ts";
import { fapshiStory } from "./demo/fapshi.ts";
import { fathomStory } from "./demo/fathom.ts";
import { paypalStory } from "./demo/paypal.ts";
import { reconcilerStory } from "./demo/reconciler.ts";
import { buyerListens, type Scene, say, seconds } from "./demo/scene.ts";
import { storefrontStory } from "./demo/storefront.ts";
import { stripeStory } from "./demo/stripe.ts";
import { whopStory } from "./demo/whop.ts";

async function demo(): Promise<void> {
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
    });
    sql = postgres(stack.dbUrl, { max: 2, onnotice() {} });
    const the: Scene = { stack, receiver, sql, env: stack.env, heard: [] };
    await sql`
      insert into public.products (sku, name, price_minor, currency, stock)
      values ('mug', 'Enamel mug', 2450, 'EUR', 10), ('coaching', 'An hour of coaching', 30000, 'XAF', 5)`;
    hangUp = await buyerListens(the);
    say(`  ready after ${seconds(Date.now() - from)}\n`);

    await stripeStory(the);
    await paypalStory(the);
    await fapshiStory(the);
    await whopStory(the);
    await fathomStory(the);
    await reconcilerStory(the);
    await storefrontStory(the);
    say(`All of it happened, in ${seconds(Date.now() - from)}.`);
  } finally {
    await hangUp?.();
    await sql?.end({ timeout: 1 });
    await stack?.stop();
    await receiver.stop();
  }
}

await demo().catch((error) => {
  console.error(
    `\n${process.env.DEBUG ? error.stack : error.message}\n(DEBUG=1 npm run demo shows what the functions log.)`,
  );
  process.exitCode = 1;
});
// realtime-js leaves a timer of 10 s behind; everything of ours has ended.
process.exit();
