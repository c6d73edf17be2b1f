/** What a provider may answer to a payment that is begun, and must not reach a buyer. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { BACK, CHECKOUT, failure, patience } from "./gateways.ts";

let answer: (response: ServerResponse) => void;
let env: (name: string) => string | undefined;

const server = createServer((request, response) => {
  request.resume();
  if (request.url === "/v1/oauth2/token") return void response.end('{"access_token": "a-token", "expires_in": 3600}');
  answer(response);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  env = (name) => (name.endsWith("_BASE_URL") ? url : "a-key");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const start = async (name: string) => {
  const gateway = await PROVIDERS[name]!.gateway!();
  return await gateway.createPayment(env, { ...CHECKOUT, currency: "XAF" }, BACK, gateway.methods[0]!, patience());
};

/** The same, as each provider would answer it. */
const ANSWERS: [string, (page: unknown) => object][] = [
  ["stripe", (url) => ({ id: "cs_test_1", object: "checkout.session", url })],
  ["paypal", (href) => ({ id: "5O190127TN364715T", links: [{ rel: "payer-action", href }] })],
  ["fapshi", (link) => ({ transId: "ll7J2fl4", link })],
];

describe.each(ANSWERS)("%s", (name, told) => {
  test("that answers with a page sends the buyer there", async () => {
    answer = (response) => response.end(JSON.stringify(told("https://pay.example/1#x?y=%20")));
    expect((await start(name)).redirect_url).toBe("https://pay.example/1#x?y=%20");
  });

  test.each([
    "javascript:alert(1)",
    "http://pay.example/1",
    "//pay.example/1",
    "data:text/html,x",
    "https://",
    "https:///pay.example",
    " https://pay.example/1",
    "https://pay.example/\0",
    `https://pay.example/${"x".repeat(6000)}`,
    "",
    null,
    1,
    ["https://pay.example/1"],
  ])("that answers with %j as the page to pay at sends the buyer nowhere", async (page) => {
    answer = (response) => response.end(JSON.stringify(told(page)));
    expect(await failure(start(name))).toMatchObject({ code: "unexpected_answer" });
  });

  test("whose answer does not end is given up, and does not fill the memory", async () => {
    let sent = 0;
    answer = (response) => {
      const chunk = Buffer.alloc(1_000_000, " ");
      const more = () => {
        while (!response.destroyed && sent < 2_000_000_000) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
      };
      more();
    };
    const error = await failure(start(name));
    expect(error.message).toContain("more than 50000000 bytes");
    expect(sent).toBeLessThan(400_000_000); // the three tries of a call, and what was on the way
  });
});
