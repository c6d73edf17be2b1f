/** What a request costs before it has proved anything. */
import { expect, test } from "vitest";
import { webhookHandler } from "../../../functions/_shared/inbound/webhook_handler.ts";
import type { Runtime } from "../../../functions/_shared/platform/runtime.ts";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";

const runtime = {
  env: () => "development-secret-of-thirty-two-characters",
  now: () => Date.now(),
  defer() {},
  ending: new AbortController().signal,
  database: { query: async () => [], close: async () => {} },
} as unknown as Runtime;

test.each(Object.keys(PROVIDERS))("%s: without a signature nothing of a body is read", async (name) => {
  const handle = webhookHandler(await PROVIDERS[name]!.webhook(), () => ({ scheduleDelivery() {} }), runtime);
  let pulled = 0;
  const body = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 });
  const request = new Request("http://localhost/", { method: "POST", body, duplex: "half" } as RequestInit);
  const response = await handle(request);
  expect([401, 503]).toContain(response.status);
  expect(pulled).toBe(0);
});
