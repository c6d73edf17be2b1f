/** `npm run send`: what it makes, what it sends, and what it says when it is asked for something else. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { send } from "../../scripts/send.ts";
import { fapshiTypes } from "../../simulator/providers/fapshi.ts";
import { fathomTypes } from "../../simulator/providers/fathom.ts";
import { paypalTypes } from "../../simulator/providers/paypal.ts";
import { stripeEvent, stripeHeaders, stripeTypes } from "../../simulator/providers/stripe.ts";
import { whopTypes } from "../../simulator/providers/whop.ts";

const SECRET = "whsec_for_this_test";
const library = new Stripe("sk_test_none");

/** A webhook endpoint that keeps what it was sent. */
let server: Server;
let url: string;
let received: { path: string; signature: string; body: string }[];
let answer: { status: number; headers?: Record<string, string> };
/** What it says to one request, by its path and number; undefined: `answer`. */
let statusOf: (path: string, number: number) => number | undefined;
let most: number;
let printed: string[];
let complained: string[];

beforeEach(async () => {
  received = [];
  answer = { status: 200 };
  statusOf = () => undefined;
  most = 0;
  let open = 0;
  server = createServer(async (request, response) => {
    most = Math.max(most, ++open);
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ path: request.url!, signature: String(request.headers["stripe-signature"]), body });
    await new Promise((resolve) => setTimeout(resolve, 20));
    open--;
    response
      .writeHead(statusOf(request.url!, received.length) ?? answer.status, answer.headers)
      .end(`{"answer":${received.length}}`);
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
    expect(printed).toEqual(Array.from({ length: 40 }, () => expect.stringMatching(/^200 \{"answer":\d+\}$/)));
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
    expect(received.at(-1)!.path).toBe("/functions/v1/stripe");
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

const story = ["checkout.session.completed", "payment_intent.succeeded", "charge.refunded"];
const typesReceived = () => received.map((_, i) => event(i).type);

describe("npm run send -- stripe with several types", () => {
  test("tells one story: all about one sale, in the order of the command line", async () => {
    expect(await send(["stripe", ...story, "--url", url])).toBe(0);
    expect(typesReceived()).toEqual(story);
    const [session, intent, charge] = received.map(
      (_, i) => event(i).data.object as { id: string; payment_intent?: string },
    );
    expect(session!.payment_intent).toBe(intent!.id);
    expect(charge!.payment_intent).toBe(intent!.id);
  });

  test("makes another sale the next time", async () => {
    for (let i = 0; i < 2; i++) await send(["stripe", "payment_intent.succeeded", "charge.refunded", "--url", url]);
    expect(event(0).data.object).not.toMatchObject({ id: (event(2).data.object as { id: string }).id });
  });

  test("sends the next event when the one before is answered", async () => {
    await send(["stripe", ...story, "--url", url]);
    expect(most).toBe(1);
  });

  test("prints the type before each answer", async () => {
    await send(["stripe", ...story, "--url", url]);
    expect(printed).toEqual(story.map((type, i) => `${type} 200 {"answer":${i + 1}}`));
  });

  test("--set sets the field in each", async () => {
    await send(["stripe", ...story, "--url", url, "--set", "data.object.metadata.a=b"]);
    for (const i of story.keys()) expect(event(i).data.object).toMatchObject({ metadata: { a: "b" } });
  });

  test("exits with 1 when one of them is refused", async () => {
    statusOf = (_, number) => (number === 2 ? 400 : 200);
    expect(await send(["stripe", ...story, "--url", url])).toBe(1);
    expect(received).toHaveLength(3);
  });
});

describe("--duplicate", () => {
  test("sends everything again after the first time, the same bodies", async () => {
    await send(["stripe", ...story, "--url", url, "--duplicate"]);
    const bodies = received.map(({ body }) => body);
    expect(typesReceived()).toEqual([...story, ...story]);
    expect(bodies.slice(3)).toEqual(bodies.slice(0, 3));
  });

  test("signs anew", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    statusOf = (_, number) => void (number === 1 && vi.setSystemTime(Date.now() + 5000));
    await send(["stripe", "charge.refunded", "--url", url, "--duplicate"]);
    vi.useRealTimers();
    const [first, second] = received.map(({ signature }) => Number(/^t=(\d+)/.exec(signature)![1]));
    expect(second! - first!).toBe(5);
    expect(event(1).id).toBe(event(0).id);
  });

  test("with --times doubles", async () => {
    await send(["stripe", "charge.refunded", "--url", url, "--duplicate", "--times", "3"]);
    expect(received).toHaveLength(6);
  });
});

describe("--shuffle", () => {
  const many = ["stripe", "all"];

  test("sends all of it, in another order", async () => {
    expect(await send([...many, "--url", url, "--shuffle"])).toBe(0);
    expect(printed.map((line) => line.split(" ")[0]).slice(1)).not.toEqual(stripeTypes);
    expect(new Set(printed.slice(1).map((line) => line.split(" ")[0]))).toEqual(new Set(stripeTypes));
  });

  test("prints a seed, which --seed takes to send in that order again", async () => {
    await send([...many, "--url", url, "--duplicate", "--shuffle"]);
    const order = typesReceived();
    received = [];
    await send([...many, "--url", url, "--duplicate", ...printed[0]!.split(" ")]);
    expect(typesReceived()).toEqual(order);
    expect(printed[0]).toMatch(/^--seed \d+$/);
  });

  test("mixes the duplicates in", async () => {
    await send(["stripe", ...story, "--url", url, "--times", "5", "--seed", "1"]);
    expect(received).toHaveLength(15);
    expect(new Set(typesReceived().slice(0, 5)).size).toBeGreaterThan(1);
  });

  test("has another order for another seed", async () => {
    await send([...many, "--url", url, "--seed", "1"]);
    const order = typesReceived();
    received = [];
    await send([...many, "--url", url, "--seed", "2"]);
    expect(typesReceived()).not.toEqual(order);
  });
});

describe("--corrupt", () => {
  test.each(stripeTypes)("makes of %s another JSON text, which the signature does not fit", async (type) => {
    answer = { status: 401 };
    await send(["stripe", type, "--url", url, "--corrupt"]);
    expect(JSON.parse(received[0]!.body)).toHaveProperty("id");
    expect(() => event()).toThrow(Stripe.errors.StripeSignatureVerificationError);
  });

  test.each(fapshiTypes)(
    "makes of Fapshi's %s, which is not signed, one about a transaction that there is not",
    async (type) => {
      answer = { status: 401 };
      await send(["fapshi", type, "--url", url, "--sale", "one", "--corrupt"]);
      await send(["fapshi", type, "--url", url, "--sale", "one"]);
      const [corrupted, sound] = received.map(({ body }) => JSON.parse(body));
      expect(corrupted.transId).not.toBe(sound.transId);
      expect(corrupted).toMatchObject({ status: sound.status, amount: sound.amount });
    },
  );

  test.each([
    [0, [400, 401]],
    [1, [401, 200]],
    [1, [401, 503]],
    [1, [401, 302]],
  ])("exits with %i on %j", async (code, statuses) => {
    statusOf = (_, number) => statuses[number - 1];
    expect(await send(["stripe", "charge.refunded", "payment_intent.succeeded", "--url", url, "--corrupt"])).toBe(code);
  });

  test("exits with 1 when nobody answers", async () => {
    expect(await send(["stripe", "charge.refunded", "--url", "http://127.0.0.1:1/", "--corrupt"])).toBe(1);
  });
});

describe("the provider's stand-in", () => {
  const paths = () => received.map(({ path }) => path);
  let stack: string;
  beforeEach(() => {
    stack = url.replace("/stripe", "/functions/v1");
  });

  test("is told of each event just before it is sent, once", async () => {
    await send(["fapshi", "FAILED", "SUCCESSFUL", "--url", `${stack}/fapshi`, "--times", "2"]);
    const [tellsFirst, , , tellsSecond] = received;
    expect(paths()).toEqual(
      [0, 1].flatMap(() => ["/providers/fapshi/_put", "/functions/v1/fapshi", "/functions/v1/fapshi"]),
    );
    expect(tellsFirst!.body).toBe(received[1]!.body);
    expect(tellsSecond!.body).toBe(received[4]!.body);
  });

  test("is told of a duplicate no second time: its transaction has gone on since", async () => {
    await send(["fapshi", "FAILED", "SUCCESSFUL", "--url", `${stack}/fapshi`, "--duplicate"]);
    expect(paths().filter((path) => path.startsWith("/providers"))).toHaveLength(2);
  });

  test("is told of everything, as it happened, before any of a shuffled order is sent", async () => {
    await send(["fapshi", "FAILED", "SUCCESSFUL", "--url", `${stack}/fapshi`, "--shuffle"]);
    expect(paths().map((path) => path.startsWith("/providers"))).toEqual([true, true, false, false]);
    expect(received.slice(0, 2).map(({ body }) => JSON.parse(body).status)).toEqual(["FAILED", "SUCCESSFUL"]);
  });

  test.each([404, 500])("need not be there: %i is no failure", async (status) => {
    statusOf = (path) => (path.startsWith("/providers") ? status : 200);
    expect(await send(["fapshi", "SUCCESSFUL", "--url", `${stack}/fapshi`])).toBe(0);
  });

  test("is not told of a corrupted event", async () => {
    await send(["fapshi", "SUCCESSFUL", "--url", `${stack}/fapshi`, "--corrupt"]);
    expect(paths()).toEqual(["/functions/v1/fapshi"]);
  });

  test("is not told of what goes to an address that is no stack's", async () => {
    await send(["fapshi", "SUCCESSFUL", "--url", url]);
    expect(paths()).toEqual(["/stripe"]);
  });
});

describe("npm run send -- <provider> all", () => {
  test.each([
    ["stripe", stripeTypes],
    ["fapshi", fapshiTypes],
    ["fathom", fathomTypes],
    ["paypal", paypalTypes],
    ["whop", whopTypes],
  ])("sends every event of %s", async (provider, types) => {
    expect(await send([provider, "all", "--url", url])).toBe(0);
    expect(printed.map((line) => line.slice(0, line.indexOf(" 200 ")))).toEqual(types);
    expect(new Set(received.map(({ body }) => body)).size).toBe(types.length);
  });
});

describe("the command line is not understood, and the answer says why, with", () => {
  test.each<[what: string, args: string[], complaint: string]>([
    ["no provider", [], "Which provider? There is: stripe, fapshi, fathom, paypal, whop"],
    ["an unknown provider", ["strpe", "x"], 'There is no provider "strpe". There is: stripe,'],
    ["no type", ["stripe"], "Which event? There is:\n  charge.dispute.closed\n"],
    ["an unknown type", ["stripe", "x"], 'There is no stripe event "x". There is:\n  charge.dispute.closed\n'],
    ["an unknown type after a known one", ["stripe", "charge.refunded", "again"], 'There is no stripe event "again".'],
    ["an unknown option", ["stripe", "charge.refunded", "--tims", "3"], "Unknown option '--tims'"],
    ["--times 0", ["stripe", "charge.refunded", "--times", "0"], "--times 0: expected a number from 1 up"],
    ["--times many", ["stripe", "charge.refunded", "--times", "many"], "--times many: expected a number from 1 up"],
    ["--seed of letters", ["stripe", "charge.refunded", "--seed", "x"], "--seed x: expected a number from 0 up"],
    [
      "a --url that is none",
      ["stripe", "charge.refunded", "--url", "localhost"],
      "--url localhost: expected a whole URL",
    ],
    [
      "--set without a value",
      ["stripe", "charge.refunded", "--set", "data.object.id"],
      "--set data.object.id: expected path=value",
    ],
    [
      "--set of a field outside data",
      ["stripe", "charge.refunded", "--set", "amount=5"],
      '"amount" is no field of an event. Write data.object.amount, or',
    ],
    [
      "--set through a text",
      ["stripe", "charge.refunded", "--set", "data.object.id.x=5"],
      '"data.object.id.x" cannot be set: id is "ch_',
    ],
  ])("%s", async (_, args, complaint) => {
    expect(await send(args)).toBe(2);
    expect(complained.join("\n")).toContain(complaint);
    expect(complained.join("\n")).toContain("npm run send -- <provider> <type> [<type>…]");
    expect(received).toEqual([]);
  });
});

test("without a secret to sign with it says which one to set", async () => {
  vi.stubEnv("MAKE_WEBHOOK_SECRET", "");
  expect(await send(["make", "form.submitted", "--url", url])).toBe(2);
  expect(complained.join("\n")).toContain("MAKE_WEBHOOK_SECRET is empty");
  expect(received).toEqual([]);
});

test("the command itself sends, prints and exits", async () => {
  answer = { status: 401 };
  const command = spawn(
    process.execPath,
    ["--import", "tsx", "scripts/send.ts", "stripe", "charge.refunded", "--url", url],
    {
      cwd: new URL("../..", import.meta.url),
    },
  );
  let output = "";
  command.stdout.on("data", (data) => {
    output += data;
  });
  expect(await once(command, "close")).toEqual([1, null]);
  expect(output).toBe('401 {"answer":1}\n');
  expect(event().type).toBe("charge.refunded");
});

describe("stripeEvent", () => {
  const parsed = (...args: Parameters<typeof stripeEvent>) => JSON.parse(stripeEvent(...args));

  test("is of now, and keeps the distance of its other times", () => {
    const before = Date.now() / 1000;
    const dispute = parsed("charge.dispute.created");
    expect(dispute.created).toBeGreaterThan(before - 5);
    expect(dispute.created).toBeLessThan(Date.now() / 1000 + 5);
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
  test("throws for a type that it does not know", () =>
    expect(() => stripeEvent("x")).toThrow('There is no Stripe event "x"'));
});

test("stripeHeaders are signed for the time given", () => {
  const headers = stripeHeaders("{}", SECRET, 1_795_168_805_999);
  expect(headers["stripe-signature"]).toMatch(/^t=1795168805,v1=[0-9a-f]{64}$/);
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
});

test("stopped while its receiver is silent: ends with 130, and sends no more", async () => {
  const stop = new AbortController();
  let asked = 0;
  server.removeAllListeners("request").on("request", () => {
    asked++;
    stop.abort();
  });
  const types = ["customer.created", "customer.updated"];
  expect(await send(["stripe", ...types, "--url", url], { signal: stop.signal })).toBe(130);
  expect(asked).toBe(1);
});
