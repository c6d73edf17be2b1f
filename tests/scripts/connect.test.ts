/** `npm run connect` against the stand-ins of the providers' APIs, and of the Management API. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PROVIDERS } from "../../functions/_shared/providers/registry.ts";
import { type ManagementApi, startManagementApi } from "../../local/management_api.ts";
import { askProvider, createProviders, type Providers } from "../../local/providers/index.ts";
import { connectProvider } from "../../scripts/connect.ts";

const REF = "abcdefghijklmnopqrst";
const TOKEN = `sbp_${"a1".repeat(20)}`;

/** What the provider shows once is stored in this variable; PayPal shows an id, at any time. */
const VARIABLES = {
  stripe: "STRIPE_WEBHOOK_SECRET",
  paypal: "PAYPAL_WEBHOOK_ID",
  whop: "WHOP_WEBHOOK_SECRET",
  fathom: "FATHOM_WEBHOOK_SECRET",
} as const;
type Name = keyof typeof VARIABLES;
const NAMES = Object.keys(VARIABLES) as Name[];

let folder: string;
let api: ManagementApi;
let profile: string;
let providers: Providers;
let server: Server;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "connect-test-"));
  api = await startManagementApi({ project: REF, token: TOKEN });
  profile = path.join(folder, "profile.json");
  await writeFile(profile, JSON.stringify(api.profile));
  providers = createProviders();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await askProvider(
      providers,
      new Request(`http://providers${request.url}`, {
        method: request.method,
        headers: request.headers as Record<string, string>,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      }),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  said = [];
  for (const name of ["log", "error"] as const)
    vi.spyOn(console, name).mockImplementation((line) => void said.push(line));
});

afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  await api.stop();
  await rm(folder, { recursive: true, force: true });
});

async function envFile(more: Record<string, string> = {}): Promise<string> {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/providers`;
  const values = {
    ...{
      STRIPE_API_KEY: "sk_test_x",
      PAYPAL_CLIENT_ID: "development-client",
      PAYPAL_CLIENT_SECRET: "development-secret",
    },
    ...{ WHOP_API_KEY: "key", WHOP_COMPANY_ID: "biz_x", FATHOM_API_KEY: "key" },
    ...Object.fromEntries(NAMES.map((name) => [`${name.toUpperCase()}_BASE_URL`, `${base}/${name}`])),
    ...more,
  };
  const file = path.join(folder, "signalbox.env");
  await writeFile(
    file,
    Object.entries(values)
      .map(([name, value]) => `${name}="${value}"\n`)
      .join(""),
  );
  return file;
}

/** Runs the command for the project. */
async function connecting(
  name: string,
  more: string[] = [],
  values: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<number> {
  said.length = 0;
  const args = [name, "--project", REF, "--env-file", await envFile(values), "--profile", profile, ...more];
  return connectProvider(args, { env: { SUPABASE_ACCESS_TOKEN: TOKEN }, signal });
}

const output = () => said.join("\n");
const urlOf = (name: string) => `https://${REF}.supabase.test/functions/v1/${name}?forceFunctionRegion=local`;

/** Requests that change something at a provider. */
const changes = (name: Name) =>
  providers[name].asked.filter(({ method, path }) => method !== "GET" && !/oauth2/.test(path));

/** Asks the stand-in what is registered there. */
async function registered(name: "stripe" | "paypal" | "whop"): Promise<Record<string, unknown>[]> {
  const paths = {
    stripe: "/v1/webhook_endpoints",
    paypal: "/v1/notifications/webhooks",
    whop: "/webhooks?account_id=b",
  };
  const authorization = name === "paypal" ? providers.paypal.asked.at(-1)!.headers.get("authorization")! : "Bearer x";
  const request = new Request("http://x", { headers: { authorization } });
  const { data, webhooks } = await (await providers[name].handle(request, paths[name])).json();
  return data ?? webhooks;
}

const eventsOf = ({ enabled_events, events, event_types }: Record<string, unknown>): string[] =>
  (enabled_events ?? events ?? (event_types as { name: string }[]).map((one) => one.name)) as string[];

describe("npm run connect", () => {
  test.each(NAMES)("%s: makes the webhook, and stores what it signs with without printing it", async (name) => {
    expect(await connecting(name), output()).toBe(0);
    const stored = api.secrets[VARIABLES[name]]!;
    expect(stored.length).toBeGreaterThan(name === "paypal" ? 3 : 20);
    expect(output()).toContain(`${VARIABLES[name]} is stored in the project.`);
    if (name !== "paypal") expect(output()).not.toContain(stored);
    expect(changes(name)).toHaveLength(1);
    expect(changes(name)[0]!.body).toContain(name === "stripe" ? encodeURIComponent(urlOf(name)) : urlOf(name));
  });

  test.each(["stripe", "whop"] as const)("%s: subscribes exactly to the events that are acted on", async (name) => {
    await connecting(name);
    const [webhook] = await registered(name);
    expect(eventsOf(webhook!)).toEqual((await PROVIDERS[name]!.webhook()).eventTypes!());
    expect(webhook!.api_version).toBe(name === "stripe" ? "2026-10-28.endive" : "v1");
  });

  test("paypal: subscribes to those of the events that its API knows", async () => {
    expect(await connecting("paypal"), output()).toBe(0);
    const events = eventsOf((await registered("paypal"))[0]!);
    expect(events).toContain("PAYMENT.CAPTURE.COMPLETED");
    expect(events).not.toContain("CHECKOUT.ORDER.VOIDED");
    expect(events).not.toContain("PAYMENT.AUTHORIZATION.CREATED");
  });

  test.each(["stripe", "paypal", "whop"] as const)("%s: made once however often it runs", async (name) => {
    await connecting(name);
    const stored = { ...api.secrets };
    expect(await connecting(name), output()).toBe(0);
    expect(output()).toContain("has exactly the events that are acted on");
    expect(changes(name)).toHaveLength(1);
    expect(api.secrets).toEqual(stored);
  });

  test("fathom: is not made a second time, for its API has no list", async () => {
    await connecting("fathom");
    expect(await connecting("fathom")).toBe(1);
    expect(output()).toMatch(/FATHOM_WEBHOOK_SECRET already.*--replace.*Nothing was changed/s);
    expect(changes("fathom")).toHaveLength(1);
    expect(await connecting("fathom", ["--replace"]), output()).toBe(0);
    expect(changes("fathom")).toHaveLength(2);
  });

  test.each(["stripe", "paypal", "whop"] as const)("%s: brings the events of its webhook up to date", async (name) => {
    await connecting(name);
    const [webhook] = await registered(name);
    const right = eventsOf(webhook!);
    // As if an admin had unticked one in the dashboard, and ticked another.
    const list = eventsOf(webhook!).slice(1);
    const path = { stripe: "/v1/webhook_endpoints/", paypal: "/v1/notifications/webhooks/", whop: "/webhooks/" }[name];
    const body = {
      stripe: new URLSearchParams(
        [...list, "balance.available"].map((type, i) => [`enabled_events[${i}]`, type]),
      ).toString(),
      paypal: JSON.stringify([{ op: "replace", path: "/event_types", value: list.map((type) => ({ name: type })) }]),
      whop: JSON.stringify({ events: list }),
    }[name];
    const { headers } = providers[name].asked.at(-1)!;
    const method = name === "stripe" ? "POST" : "PATCH";
    await providers[name].handle(
      new Request("http://x", { method, headers: { authorization: headers.get("authorization")! }, body }),
      path + webhook!.id,
    );
    expect(await connecting(name, ["--dry-run"]), output()).toBe(0);
    expect(output()).toContain(`Added: ${right[0]}`);
    expect(eventsOf((await registered(name))[0]!)).toHaveLength(list.length + (name === "stripe" ? 1 : 0));
    expect(await connecting(name), output()).toBe(0);
    if (name === "stripe") expect(output()).toContain("Taken away: balance.available");
    expect((await registered(name)).map((one) => eventsOf(one).toSorted())).toEqual([right.toSorted()]);
  });

  test.each(NAMES)("%s: --dry-run says what would be made, and changes nothing", async (name) => {
    expect(await connecting(name, ["--dry-run"]), output()).toBe(0);
    expect(output()).toContain("Nothing was changed (--dry-run).");
    expect(changes(name)).toEqual([]);
    expect(api.writes).toEqual([]);
  });

  test("tells a webhook of the same function with another address as stale", async () => {
    const other = `${urlOf("whop").replace("local", "eu-central-1")}`;
    await connecting("whop", ["--url", other]);
    expect(await connecting("whop"), output()).toBe(0);
    expect(output()).toContain(`hook_1 is stale: it goes to ${other}.`);
  });

  test("--replace makes another, disables the old one, and stores the new secret", async () => {
    await connecting("stripe");
    const before = api.secrets.STRIPE_WEBHOOK_SECRET;
    expect(await connecting("stripe", ["--replace"]), output()).toBe(0);
    expect((await registered("stripe")).map(({ status }) => status)).toEqual(["disabled", "enabled"]);
    expect(api.secrets.STRIPE_WEBHOOK_SECRET).not.toBe(before);
    expect(await connecting("stripe"), output()).toBe(0);
    expect(output()).toContain("we_1 is stale: it is disabled.");
  });

  test("does not change a webhook of another API version, and says how to go on", async () => {
    const body = new URLSearchParams({ url: urlOf("stripe"), "enabled_events[0]": "*", api_version: "2024-06-20" });
    const request = new Request("http://x", { method: "POST", headers: { authorization: "Bearer x" }, body });
    await providers.stripe.handle(request, "/v1/webhook_endpoints");
    expect(await connecting("stripe")).toBe(1);
    expect(output()).toMatch(/API version 2024-06-20, not 2026-10-28\.endive.*--replace.*Nothing was changed/s);
  });

  test("says so when the webhook is there, and its secret is not", async () => {
    await connecting("whop");
    delete api.secrets.WHOP_WEBHOOK_SECRET;
    expect(await connecting("whop")).toBe(1);
    expect(output()).toMatch(/The project has no WHOP_WEBHOOK_SECRET.*--replace/s);
  });

  test("says how to go on when the secret could not be stored", async () => {
    api.fail({ request: /^POST \/secrets/, answer: 403 });
    expect(await connecting("stripe")).toBe(1);
    expect(output()).toMatch(/could not be stored.*what it signs with is lost.*--replace/s);
  });

  /** Does `then` after the stand-in has answered a request of this method, and before the answer is sent. */
  function after(name: Name, method: string, then: (answer: Response) => Response): void {
    const { handle } = providers[name];
    providers[name].handle = async (request, ...more) => {
      const answer = await handle.call(providers[name], request, ...more);
      return request.method === method ? then(answer) : answer;
    };
  }

  const stopAfter = (name: Name, method: string): AbortSignal => {
    const stop = new AbortController();
    after(name, method, (answer) => {
      stop.abort();
      return answer;
    });
    return stop.signal;
  };

  test("stopped before the webhook is made: makes nothing", async () => {
    expect(await connecting("stripe", [], {}, stopAfter("stripe", "GET"))).toBe(130);
    expect(changes("stripe")).toEqual([]);
  });

  test("stopped between making and storing: the secret is still stored", async () => {
    api.secrets.STRIPE_WEBHOOK_SECRET = "whsec_of_an_older_one";
    expect(await connecting("stripe", [], {}, stopAfter("stripe", "POST")), output()).toBe(0);
    expect(api.secrets.STRIPE_WEBHOOK_SECRET).not.toBe("whsec_of_an_older_one");
  });

  test("stopped between making and storing, which fails: says --replace, and not that all can be repeated", async () => {
    api.fail({ request: /^POST \/secrets/, answer: 403 });
    expect(await connecting("stripe", [], {}, stopAfter("stripe", "POST"))).toBe(1);
    expect(output()).toMatch(/what it signs with is lost.*--replace/s);
    expect(output()).not.toContain("every step can be repeated");
  });

  test("whop: the answer with the secret was lost: says --replace, and a second run does not call it well", async () => {
    api.secrets.WHOP_WEBHOOK_SECRET = "ws_of_an_older_one";
    after("whop", "POST", () => new Response("{}", { status: 503 }));
    expect(await connecting("whop")).toBe(1);
    expect(output()).toMatch(/Perhaps the webhook was made.*--replace/s);
    expect(await connecting("whop"), output()).toBe(0);
    expect(output()).toMatch(/cannot be read: send a test event.*--replace/s);
  });

  test("paypal: --replace is refused with what to do", async () => {
    await connecting("paypal");
    expect(await connecting("paypal", ["--replace"])).toBe(1);
    expect(output()).toMatch(/without --replace: it stores PAYPAL_WEBHOOK_ID anew.*Nothing was changed/s);
    expect(changes("paypal")).toHaveLength(1);
  });

  test("fathom: --replace says that the old one must be deleted", async () => {
    await connecting("fathom");
    expect(await connecting("fathom", ["--replace"]), output()).toBe(0);
    expect(output()).toContain("Delete the older one, which still sends and is refused: Settings > API access.");
  });

  test("warns of a file that would set the old secret again", async () => {
    expect(await connecting("whop", [], { WHOP_WEBHOOK_SECRET: "ws_old" })).toBe(0);
    expect(output()).toContain("holds another WHOP_WEBHOOK_SECRET: empty it there");
    expect(output()).not.toContain("ws_old");
  });

  test("prints the secret only with --show-secret, without which nothing is made that is stored nowhere", async () => {
    const args = ["whop", "--env-file", await envFile(), "--url", "https://x.example/whop"];
    expect(await connectProvider(args, { env: {} })).toBe(2);
    expect(output()).toContain("add --show-secret");
    expect(changes("whop")).toEqual([]);
    expect(await connectProvider([...args, "--show-secret"], { env: {} }), output()).toBe(0);
    expect(output()).toMatch(/WHOP_WEBHOOK_SECRET=ws_[0-9a-f]{64}/);
  });

  test.each<[string, string[], string]>([
    ["no provider", [], "Which provider?"],
    ["one without such an API", ["fapshi"], '"fapshi" cannot be connected by an API'],
    ["no file", ["stripe", "--project", REF], "--env-file names the file"],
  ])("given %s, says so and how it is used", async (_, args, words) => {
    expect(await connectProvider(args, { env: {} })).toBe(2);
    expect(output()).toContain(words);
    expect(output()).toContain("npm run connect --");
  });

  test("says which variable is missing in the file", async () => {
    expect(await connecting("stripe", [], { STRIPE_API_KEY: "" })).toBe(2);
    expect(output()).toContain("does not set STRIPE_API_KEY");
  });
});
