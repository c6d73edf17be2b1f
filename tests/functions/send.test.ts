/** `npm run send`: what it makes, what it sends, and what it says when it is asked for something else. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stripeEvent, stripeHeaders, stripeTypes } from "../../scripts/send/stripe.ts";
import { send } from "../../scripts/send.ts";

const SECRET = "whsec_for_this_test";
const library = new Stripe("sk_test_none");

/** A webhook endpoint that keeps what it was sent. */
let server: Server;
let url: string;
let received: { path: string; signature: string; body: string }[];
let answer: { status: number; headers?: Record<string, string> };
let most: number;
let printed: string[];
let complained: string[];

beforeEach(async () => {
  received = [];
  answer = { status: 200 };
  most = 0;
  let open = 0;
  server = createServer(async (request, response) => {
    most = Math.max(most, ++open);
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ path: request.url!, signature: String(request.headers["stripe-signature"]), body });
    await new Promise((resolve) => setTimeout(resolve, 20));
    open--;
    response.writeHead(answer.status, answer.headers).end(`{"answer":${received.length}}`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stripe`;

  vi.stubEnv("STRIPE_WEBHOOK_SECRET", SECRET);
  printed = [];
  complained = [];
  vi.spyOn(console, "log").mockImplementation((line) => void printed.push(line));
  vi.spyOn(console, "error").mockImplementation((line) => void complained.push(line));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const event = (index = 0) => library.webhooks.constructEvent(received[index]!.body, received[index]!.signature, SECRET);

describe("npm run send -- stripe <type>", () => {
  test.each(stripeTypes)("sends %s so that the official library takes it", async (type) => {
    expect(await send(["stripe", type, "--url", url])).toBe(0);
    expect(type.startsWith(event().type)).toBe(true);
  });

  test("prints the status and the body of the answer", async () => {
    await send(["stripe", "charge.refunded", "--url", url]);
    expect(printed).toEqual(['200 {"answer":1}']);
  });

  test("makes a new event each time", async () => {
    await send(["stripe", "charge.refunded", "--url", url]);
    await send(["stripe", "charge.refunded", "--url", url]);
    expect(event(0).id).not.toBe(event(1).id);
  });

  test("--times sends one event that many times", async () => {
    expect(await send(["stripe", "charge.refunded", "--url", url, "--times", "40"])).toBe(0);
    expect(received).toHaveLength(40);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(printed).toHaveLength(40);
  });

  test("--times sends up to 16 at once, so that duplicates race", async () => {
    await send(["stripe", "charge.refunded", "--url", url, "--times", "40"]);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);
  });

  test("--set sets fields, JSON values as such and all else as text", async () => {
    const assignments = [
      "metadata.a=x=y",
      "metadata.b=5",
      'metadata.c="5"',
      "metadata.d=null",
      "metadata.e=true",
      "amount_total=12",
      "new.list=[1]",
    ];
    const args = assignments.flatMap((assignment) => ["--set", `data.object.${assignment}`]);
    await send(["stripe", "checkout.session.completed", "--url", url, ...args, "--set", "livemode=true"]);
    expect(event().livemode).toBe(true);
    expect(event().data.object).toMatchObject({
      metadata: { a: "x=y", b: 5, c: "5", d: null, e: true },
      amount_total: 12,
      new: { list: [1] },
    });
  });

  test("--sale ties events of different types together", async () => {
    await send(["stripe", "payment_intent.succeeded", "--url", url, "--sale", "one"]);
    await send(["stripe", "charge.refunded", "--url", url, "--sale", "one"]);
    const [intent, charge] = [event(0).data.object as Stripe.PaymentIntent, event(1).data.object as Stripe.Charge];
    expect(charge.payment_intent).toBe(intent.id);
    expect(event(0).id).not.toBe(event(1).id);
  });

  test("goes to SIGNALBOX_URL when no --url is given", async () => {
    vi.stubEnv("SIGNALBOX_URL", url.replace("/stripe", "/functions/v1/"));
    expect(await send(["stripe", "charge.refunded"])).toBe(0);
    expect(received[0]!.path).toBe("/functions/v1/stripe");
  });

  test("signs with the first of two secrets", async () => {
    vi.stubEnv("STRIPE_WEBHOOK_SECRET", `${SECRET} whsec_other`);
    await send(["stripe", "charge.refunded", "--url", url]);
    expect(event().type).toBe("charge.refunded");
  });

  test.each([400, 401, 500, 503])("exits with 1 on %i", async (status) => {
    answer = { status };
    expect(await send(["stripe", "charge.refunded", "--url", url])).toBe(1);
    expect(printed[0]).toMatch(`${status} {`);
  });

  test("follows no redirect, and exits with 1", async () => {
    answer = { status: 302, headers: { location: url } };
    expect(await send(["stripe", "charge.refunded", "--url", url])).toBe(1);
    expect(received).toHaveLength(1);
  });

  test("exits with 1 when nobody listens, and says where", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await send(["stripe", "charge.refunded", "--url", url])).toBe(1);
    expect(printed[0]).toMatch(`No answer from ${url}: connect ECONNREFUSED`);
    server.listen(0, "127.0.0.1");
  });
});

describe("the command line is not understood, and the answer says why, with", () => {
  test.each<[what: string, args: string[], complaint: string]>([
    ["no provider", [], "Which provider? There is: stripe"],
    ["an unknown provider", ["strpe", "x"], 'There is no provider "strpe". There is: stripe'],
    ["no type", ["stripe"], "Which event? There is:\n  charge.dispute.closed\n"],
    ["an unknown type", ["stripe", "x"], 'There is no stripe event "x". There is:\n  charge.dispute.closed\n'],
    ["one word too many", ["stripe", "charge.refunded", "again"], 'What is "again"?'],
    ["an unknown option", ["stripe", "charge.refunded", "--tims", "3"], "Unknown option '--tims'"],
    ["--times 0", ["stripe", "charge.refunded", "--times", "0"], "--times 0: expected a number from 1 up"],
    ["--times many", ["stripe", "charge.refunded", "--times", "many"], "--times many: expected a number from 1 up"],
    ["a --url that is none", ["stripe", "charge.refunded", "--url", "localhost"], "--url localhost: expected a whole URL"],
    ["--set without a value", ["stripe", "charge.refunded", "--set", "data.object.id"], "--set data.object.id: expected path=value"],
    [
      "--set of a field outside data",
      ["stripe", "charge.refunded", "--set", "amount=5"],
      '"amount" is no field of an event. Write data.object.amount, or',
    ],
    ["--set through a text", ["stripe", "charge.refunded", "--set", "data.object.id.x=5"], '"data.object.id.x" cannot be set: id is "ch_'],
  ])("%s", async (_, args, complaint) => {
    expect(await send(args)).toBe(2);
    expect(complained.join("\n")).toContain(complaint);
    expect(complained.join("\n")).toContain("npm run send -- <provider> <type>");
    expect(received).toEqual([]);
  });
});

test("the command itself sends, prints and exits", async () => {
  answer = { status: 401 };
  const command = spawn(process.execPath, ["--import", "tsx", "scripts/send.ts", "stripe", "charge.refunded", "--url", url], {
    cwd: new URL("../..", import.meta.url),
  });
  let output = "";
  command.stdout.on("data", (data) => {
    output += data;
  });
  expect(await once(command, "close")).toEqual([1, null]);
  expect(output).toBe('401 {"answer":1}\n');
  expect(event().type).toBe("charge.refunded");
}, 30_000);

describe("stripeEvent", () => {
  const parsed = (...args: Parameters<typeof stripeEvent>) => JSON.parse(stripeEvent(...args));

  test("is of now, and keeps the distance of its other times", () => {
    const dispute = parsed("charge.dispute.created");
    expect(Math.abs(dispute.created - Date.now() / 1000)).toBeLessThan(5);
    expect(dispute.data.object.evidence_details.due_by - dispute.created).toBe(7 * 24 * 3600);
  });
  test("has fresh ids of what a sale makes, and the shop's own customer and product", () => {
    const [one, other] = [parsed("customer.subscription.created"), parsed("customer.subscription.created")];
    expect(one.data.object.id).not.toBe(other.data.object.id);
    expect(one.data.object.customer).toBe(other.data.object.customer);
    expect(one.data.object.items.data[0].price.product).toBe("prod_TRx0aBcDeFgHiJ");
  });
  test("has one id for one thing wherever it is named", () => {
    const { object } = parsed("customer.subscription.created").data;
    expect(object.items.data[0].subscription).toBe(object.id);
    expect(object.items.url).toBe(`/v1/subscription_items?subscription=${object.id}`);
  });
  test("takes a given id wherever the thing is named", () => {
    const { object } = parsed("customer.subscription.created", { "data.object.id": "sub_mine" }).data;
    expect(object.items.data[0].subscription).toBe("sub_mine");
  });
  test("takes a given event id and time", () => {
    expect(parsed("customer.updated", { id: "evt_mine", created: 5 })).toMatchObject({ id: "evt_mine", created: 5 });
  });
  test("of a variant has the type it is a variant of", () => {
    expect(parsed("checkout.session.completed.unpaid")).toMatchObject({
      type: "checkout.session.completed",
      data: { object: { payment_status: "unpaid", mode: "payment" } },
    });
    expect(parsed("checkout.session.completed.subscription-mode").type).toBe("checkout.session.completed");
  });
  test("throws for a type that it does not know", () => expect(() => stripeEvent("x")).toThrow('There is no Stripe event "x"'));
});

test("stripeHeaders are signed for the time given", () => {
  const headers = stripeHeaders("{}", SECRET, 1_795_168_805_999);
  expect(headers["stripe-signature"]).toMatch(/^t=1795168805,v1=[0-9a-f]{64}$/);
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
});
