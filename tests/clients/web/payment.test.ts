/** waitForPayment against a function of ours: what it makes of each answer. tests/stack/money/checkout.test.ts buys. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  PaymentRefused,
  type PaymentStatus,
  PaymentTimeout,
  waitForPayment,
} from "../../../clients/web/src/payment.ts";
import { until } from "../../until.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

type Answer = Partial<PaymentStatus> | { status: number; body?: object } | "hang up" | "hang";
interface Asked {
  url: string;
  token: string | undefined;
}

/** A function that gives these answers, the last one for ever. */
async function aFunction(...answers: Answer[]): Promise<{ functionsUrl: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const send = (response: ServerResponse, status: number, body: object) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  const server = createServer((request, response) => {
    asked.push({ url: request.url!, token: request.headers["x-checkout-token"] as string | undefined });
    const answer = answers[Math.min(asked.length, answers.length) - 1]!;
    if (answer === "hang up") request.socket.destroy();
    else if (answer === "hang") return;
    else if ("status" in answer) send(response, answer.status, answer.body ?? {});
    else send(response, 200, { ask_again_in_ms: 10, failure: null, order: null, ...answer });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { functionsUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe("waitForPayment", () => {
  test("asks until the state is final, and shows each answer", async () => {
    const { functionsUrl, asked } = await aFunction(
      { state: "processing" },
      { state: "unpaid" },
      {
        state: "paid",
        ask_again_in_ms: null,
      },
    );
    const shown: string[] = [];
    const paid = await waitForPayment("a b", { functionsUrl, token: "t", status: ({ state }) => shown.push(state) });
    expect([paid.state, shown]).toEqual(["paid", ["processing", "unpaid", "paid"]]);
    expect(asked[0]).toEqual({ url: "/payment-status?checkout_session_id=a%20b", token: "t" });
  });

  test("ends with a failure as with a success: it is the buyer's to know", async () => {
    const { functionsUrl } = await aFunction({ state: "failed", ask_again_in_ms: null, failure: "card_declined" });
    expect(await waitForPayment("c", { functionsUrl, token: "t" })).toMatchObject({
      state: "failed",
      failure: "card_declined",
    });
  });

  test.each<[string, Answer]>([
    ["is away", "hang up"],
    ["answers 503", { status: 503 }],
    ["answers 429", { status: 429 }],
  ])("asks again when the function %s", async (_, answer) => {
    const { functionsUrl, asked } = await aFunction(answer, { state: "paid", ask_again_in_ms: null });
    expect(await waitForPayment("c", { functionsUrl, token: "t" })).toMatchObject({ state: "paid" });
    expect(asked).toHaveLength(2);
  });

  test("ends with the refusal when the token is not the checkout's", async () => {
    const body = { error: "checkout_unknown", message: "There is no such checkout.", buyer_message: "Sorry." };
    const { functionsUrl, asked } = await aFunction({ status: 404, body });
    const waiting = waitForPayment("c", { functionsUrl, token: "t" });
    await expect(waiting).rejects.toThrow(PaymentRefused);
    await expect(waiting).rejects.toMatchObject({
      code: "checkout_unknown",
      message: body.message,
      buyerMessage: "Sorry.",
    });
    expect(asked).toHaveLength(1);
  });

  test("ends when its time is over, with the last that was heard", async () => {
    const { functionsUrl } = await aFunction({ state: "processing" });
    let heard = 0;
    const waiting = waitForPayment("c", { functionsUrl, token: "t", timeoutMs: 1500, status: () => heard++ });
    await expect(waiting).rejects.toThrow(PaymentTimeout);
    await expect(waiting).rejects.toMatchObject({ status: heard > 0 ? { state: "processing" } : null });
  });

  test("its time is over also while the function says nothing", async () => {
    const { functionsUrl } = await aFunction("hang");
    const waiting = waitForPayment("c", { functionsUrl, token: "t", timeoutMs: 50 });
    await expect(waiting).rejects.toMatchObject({ name: "PaymentTimeout", status: null });
  });

  test("ends by its signal, with its reason, and asks no more", async () => {
    const { functionsUrl, asked } = await aFunction({ state: "processing", ask_again_in_ms: 3_600_000 });
    const controller = new AbortController();
    const shown: unknown[] = [];
    const options = { functionsUrl, token: "t", signal: controller.signal, status: (one: unknown) => shown.push(one) };
    const waiting = waitForPayment("c", options);
    await until("the first answer", () => shown.length > 0);
    controller.abort(new Error("the page was left"));
    await expect(waiting).rejects.toThrow("the page was left");
    expect(asked).toHaveLength(1);
    await expect(waitForPayment("c", options)).rejects.toThrow("the page was left");
    expect(asked).toHaveLength(1);
  });
});
