/** What needs a person reaches a person: as a signed message, and by functions/health. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post, startTestStack, type TestStack, until } from "./test_stack.ts";

const KEY = "a-long-random-health-key";
let testStack: TestStack;
beforeAll(async () => {
  testStack = await startTestStack({ env: { HEALTH_KEY: KEY } });
});
afterAll(() => testStack?.stop());

const health = (path = "", headers: Record<string, string> = { authorization: `Bearer ${KEY}` }, method = "GET") =>
  fetch(`${testStack.stack.functionsUrl}/health${path}`, { method, headers });

/** The alerts that make.com got about `what`. */
function alerts(type: string, what: string): { severity: string; which: string }[] {
  return testStack.receiver.received
    .filter(({ path, body }) => path === "/make" && JSON.parse(body).type === type)
    .flatMap(({ body }) => JSON.parse(body).data.items)
    .filter((item) => item.what === what);
}

/** What cron does every minute. */
const tick = () => testStack.sql`select ops.tell_attention()`;

describe("twenty webhooks with a wrong signature", () => {
  test("raise an alert at make.com, and the next that is right resolves it", async () => {
    const body = JSON.stringify({ id: "evt_1", object: "event", type: "charge.succeeded" });
    for (let i = 0; i < 20; i++) {
      const answer = await fetch(`${testStack.stack.functionsUrl}/stripe`, {
        method: "POST",
        body,
        headers: { "stripe-signature": `t=${Math.floor(Date.now() / 1000)},v1=${"00".repeat(32)}` },
      });
      expect(answer.status).toBe(401);
    }
    await until("counted", async () => {
      await tick();
      return alerts("attention.raised", "webhooks refused").length === 1;
    });
    expect(alerts("attention.raised", "webhooks refused")[0]).toMatchObject({ which: "stripe", severity: "urgent" });
    const known = await (await health()).json();
    expect(known.rejections).toMatchObject([{ provider: "stripe" }]);

    const right = JSON.stringify({
      id: "evt_2",
      object: "event",
      type: "charge.updated",
      created: 1,
      data: { object: {} },
    });
    expect((await post(testStack, "stripe", right)).status).toBe(200);
    await until("resolved", async () => {
      await tick();
      return alerts("attention.resolved", "webhooks refused").length === 1;
    });
  });
});

describe("functions/health", () => {
  test("tells a stranger the status alone, and with the key everything", async () => {
    await tick();
    const stranger = await health("", {});
    expect(Object.keys(await stranger.json())).toEqual(["status"]);
    const known = await (await health()).json();
    expect(known).toMatchObject({ courier: { due: expect.any(Number) }, settings: { set: expect.any(Array) } });
    const jobs = await testStack.sql`select name from ops.jobs order by name`;
    expect(known.jobs.map(({ name }: { name: string }) => name).sort()).toEqual(jobs.map(({ name }) => name).sort());
    expect((await health("", {}, "HEAD")).status).toBe(stranger.status);
  });
  test("has metrics for a monitor that has the key", async () => {
    expect((await health("/metrics", {})).status).toBe(401);
    expect(await (await health("/metrics")).text()).toMatch(/^signalbox_up 1$/m);
  });
  test("is 503 once nobody is alerted any more, and well again after the remedy it names", async () => {
    await testStack.sql`select cron.unschedule('signalbox: tell what needs attention')`;
    await testStack.sql`update ops.alert_settings set last_run_at = now() - interval '10 minutes' where only_row`;
    await until("down", async () => (await health("", {})).status === 503);
    const { reasons } = await (await health()).json();
    expect(reasons).toEqual([expect.stringContaining("select ops.schedule_jobs()")]);
    expect(await testStack.sql`select ops.schedule_jobs() as jobs`).toEqual([{ jobs: 1 }]);
    await tick();
    await until("up", async () => (await health("", {})).status === 200);
  });
});
