/** Secrets in Vault, from outbox.rotate_secret to the receiver, and what the guard keeps from being sent. */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestStack, type TestStack, until } from "../test_stack.ts";

let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack();
});
afterAll(() => testStack?.stop());

/** A destination of the test's own, for which there is no function secret. */
async function aDestination(name: string, url = `${testStack.receiver.url}/${name}`): Promise<void> {
  await testStack.sql`insert into outbox.destinations (name, url) values (${name}, ${url})`;
}
async function send(name: string): Promise<string> {
  const payload = JSON.stringify({ type: "tests.sent", timestamp: new Date().toISOString(), data: {} });
  const [row] = await testStack.sql`
      select outbox.write_message('tests.sent', ${crypto.randomUUID()}, ${payload}, null, ${[name]}) as id`;
  return row!.id;
}
const came = (id: string) =>
  until("the message", () => testStack.receiver.received.find((one) => one.id === `msg_${id}`));
const held = (name: string) =>
  until(
    `${name} to be held`,
    async () => (await testStack.sql`select held_reason from outbox.destinations where name = ${name}`)[0]?.held_reason,
  );
/** So that the next message finds a courier which asks Vault anew. */
const rested = () =>
  until("the courier's rest", async () => !(await testStack.sql`select outbox.courier_is_awake() as awake`)[0]!.awake);

async function rotate(name: string): Promise<string> {
  return (await testStack.sql`select outbox.rotate_secret(${name}) as secret`)[0]!.secret;
}
async function verifies(secret: string, id: string): Promise<boolean> {
  const { body, headers } = await came(id);
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

test("without a secret a message waits, and the first one from Vault sends it", async () => {
  await aDestination("unsigned");
  const id = await send("unsigned");
  expect(await held("unsigned")).toMatch(/UNSIGNED_SIGNING_SECRET.*select outbox\.rotate_secret\('unsigned'\)/);
  const secret = await rotate("unsigned");
  await testStack.sql`select outbox.resume('unsigned')`;
  expect(await verifies(secret, id)).toBe(true);
});

test("during a rotation the receiver may hold either secret, after it only the new one", async () => {
  await aDestination("rotating");
  const [old, next] = [await rotate("rotating"), await rotate("rotating")];
  const during = await send("rotating");
  expect([await verifies(old, during), await verifies(next, during)]).toEqual([true, true]);

  await testStack.sql`select outbox.end_rotation('rotating')`;
  await rested();
  const after = await send("rotating");
  expect([await verifies(old, after), await verifies(next, after)]).toEqual([false, true]);
});

test("an address inside the network is not called: the message waits, and uses up no attempt", async () => {
  await aDestination("inside", "https://169.254.169.254/latest");
  await rotate("inside");
  await send("inside");
  expect(await held("inside")).toMatch(/169\.254\.169\.254 is a link-local address/);
  expect(
    await testStack.sql`select status, attempts from outbox.deliveries where destination = 'inside'`,
  ).toMatchObject([{ status: "pending", attempts: 0 }]);
});
