/** Pages for browsers, as the gateway serves them. */
import { expect, test } from "vitest";
import { createPages } from "../../local/pages.ts";

const API = "http://127.0.0.1:54321";
const pages = createPages({ name: "console", api: API, config: { api_url: API, local: true } });
const get = (path: string, init?: RequestInit) => pages(new Request(`${API}${path}`, init));

async function assetOf(): Promise<string> {
  const html = await (await get("/console/")).text();
  return /src="([^"]+\.js)"/.exec(html)![1]!;
}

test("an address of the page's own gets the page, and is asked for again each time", async () => {
  for (const path of ["/console/", "/console/events", "/console/line/order/1"]) {
    const response = await get(path);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(await response.text()).toContain('<div id="root">');
  }
});

test("it runs its own scripts only, calls its own API only, and is framed by nobody", async () => {
  const { headers } = await get("/console/");
  const policy = headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain(`connect-src 'self' ${API} ws://127.0.0.1:54321`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("x-frame-options")).toBe("DENY");
});

test("with a site key of Turnstile it may run Cloudflare's script and show its frame, and nothing else", async () => {
  const config = { api_url: API, turnstile_site_key: "1x00" };
  const shop = createPages({ name: "storefront", path: "shop", api: API, config });
  const policy = (await shop(new Request(`${API}/shop/config.json`))).headers.get("content-security-policy")!;
  expect(policy).toContain("script-src 'self' https://challenges.cloudflare.com;");
  expect(policy).toContain("frame-src https://challenges.cloudflare.com;");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
});

test("a file with a hash in its name is kept for ever, and sent compressed", async () => {
  const response = await get(await assetOf(), { headers: { "accept-encoding": "gzip, br" } });
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(response.headers.get("content-type")).toContain("text/javascript");
});

test("a file of an earlier build is not found, instead of being a page", async () => {
  expect((await get("/console/assets/index-gone.js")).status).toBe(404);
});

test("what has not changed is not sent again", async () => {
  const etag = (await get("/console/")).headers.get("etag")!;
  expect((await get("/console/", { headers: { "if-none-match": etag } })).status).toBe(304);
});

test("config.json says where the API is", async () => {
  const response = await get("/console/config.json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({ api_url: API, local: true });
});

test("without the slash at the end it goes to the page, and a POST is refused", async () => {
  const response = await get("/console?x=1");
  expect([response.status, response.headers.get("location")]).toEqual([308, "/console/?x=1"]);
  expect((await get("/console/", { method: "POST" })).status).toBe(405);
});

test("HEAD is answered without a body", async () => {
  const response = await get("/console/", { method: "HEAD" });
  expect([response.status, await response.text()]).toEqual([200, ""]);
});
