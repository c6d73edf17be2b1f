/** `npm run pay`: what it says when nobody can pay. That it pays, tests/stack/money/purchase.test.ts shows. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pay } from "../../scripts/pay.ts";

const CHECKOUT = "6f0d2c5e-93a1-4a57-8d2b-1c3f6a2b9e10";

let complained: string[];
beforeEach(() => {
  complained = [];
  vi.spyOn(console, "error").mockImplementation((line) => void complained.push(line));
});
afterEach(() => vi.restoreAllMocks());

test.each<[what: string, args: string[], complaint: string]>([
  ["no checkout", [], "Which checkout?"],
  ["what is no checkout", ["cs_test_1"], '"cs_test_1" is no checkout_session_id.'],
  ["an unknown outcome", [CHECKOUT, "paid"], 'There is no outcome "paid".'],
  ["an unknown option", [CHECKOUT, "--times", "3"], "Unknown option '--times'"],
])("%s: says so, and how it is called", async (_, args, complaint) => {
  expect(await pay(args)).toBe(2);
  expect(complained.join("\n")).toContain(complaint);
  expect(complained.join("\n")).toContain("npm run pay -- <checkout_session_id>");
});

test("where nothing answers it says what to start", async () => {
  expect(await pay([CHECKOUT, "--url", "http://127.0.0.1:9/functions/v1"])).toBe(1);
  expect(complained).toEqual([
    "Nothing answers at http://127.0.0.1:9. Start the stack (npm start), or name it: --url <functions_url>",
  ]);
});

test("stopped while the stack is silent: ends with 130", async () => {
  const stop = new AbortController();
  const server = createServer(() => stop.abort()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/functions/v1`;
  expect(await pay([CHECKOUT, "--url", url], { signal: stop.signal })).toBe(130);
  server.closeAllConnections();
  server.close();
});
