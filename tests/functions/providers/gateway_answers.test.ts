/** Provider responses to createPayment that must not reach a buyer. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROVIDERS } from "../../../functions/_shared/providers/registry.ts";
import { CHECKOUT, failure, REDIRECT_URLS, timeout } from "./gateways.ts";

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

const createPayment = async (name: string) => {
  const gateway = await PROVIDERS[name]!.gateway!();
  return await gateway.createPayment(
    env,
    { ...CHECKOUT, currency: "XAF" },
    REDIRECT_URLS,
    gateway.methods[0]!,
    timeout(),
  );
};

/** The response of each provider that contains this URL of the payment page. */
const RESPONSES: [string, (page: unknown) => object][] = [
  ["stripe", (url) => ({ id: "cs_test_1", object: "checkout.session", url })],
  ["paypal", (href) => ({ id: "5O190127TN364715T", links: [{ rel: "payer-action", href }] })],
  ["fapshi", (link) => ({ transId: "ll7J2fl4", link })],
];

describe.each(RESPONSES)("%s", (name, response) => {
  test("redirects the buyer to the payment page of the response", async () => {
    answer = (out) => out.end(JSON.stringify(response("https://pay.example/1#x?y=%20")));
    expect((await createPayment(name)).redirect_url).toBe("https://pay.example/1#x?y=%20");
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
  ])("rejects %j as the URL of the payment page", async (page) => {
    answer = (out) => out.end(JSON.stringify(response(page)));
    expect(await failure(createPayment(name))).toMatchObject({ code: "unexpected_answer" });
  });

  test("stops reading an endless response before it fills the memory", async () => {
    let sent = 0;
    answer = (out) => {
      const chunk = Buffer.alloc(1_000_000, " ");
      const more = () => {
        while (!out.destroyed && sent < 2_000_000_000) {
          sent += chunk.length;
          if (!out.write(chunk)) return void out.once("drain", more);
        }
      };
      more();
    };
    const error = await failure(createPayment(name));
    expect(error.message).toContain("more than 50000000 bytes");
    expect(sent).toBeLessThan(400_000_000); // Three tries of a call, and what was already sent.
  });
});
