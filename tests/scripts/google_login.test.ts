/** `npm run google-login`, with the stand-in of Google where its owner agrees. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createGoogle, type GoogleStandIn } from "../../local/providers/google.ts";
import { googleLogin } from "../../scripts/google_login.ts";
import { type Mounted, mounted } from "../functions/mounted.ts";

const CALENDAR = "https://www.googleapis.com/auth/calendar.events";

let google: GoogleStandIn;
let server: Mounted;
let folder: string;
let file: string;
let output: string[];
beforeEach(async () => {
  google = createGoogle();
  server = await mounted({ google });
  folder = await mkdtemp(path.join(os.tmpdir(), "google-login-test-"));
  file = path.join(folder, "env");
  output = [];
  for (const name of ["log", "error"] as const)
    vi.spyOn(console, name).mockImplementation((...words) => void output.push(words.join(" ")));
  await writeFile(file, "GOOGLE_CLIENT_ID=client\nGOOGLE_CLIENT_SECRET=secret\nOTHER=kept\n");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the owner does with the address; by default: opens it, agrees, and is sent back. */
type Owner = (address: string) => Promise<unknown>;
const agrees: Owner = (address) => fetch(address);

async function login(owner: Owner = agrees, ...args: string[]): Promise<number> {
  let acted: Promise<unknown> = Promise.resolve();
  const code = await googleLogin(["--env-file", file, ...args], {
    env: { GOOGLE_TOKEN_URL: `${server.url}/token` },
    consentUrl: `${server.url}/o/oauth2/v2/auth`,
    onAddress: (address) => {
      acted = owner(address);
    },
  });
  await acted;
  return code;
}

const storedToken = async () => /^GOOGLE_REFRESH_TOKEN=(.+)$/m.exec(await readFile(file, "utf8"))?.[1];

test("the owner agrees: the refresh token is in the file, beside what was there", async () => {
  expect(await login()).toBe(0);
  expect(await storedToken()).toMatch(/^1\/\/[0-9a-f]+$/);
  expect(await readFile(file, "utf8")).toContain("OTHER=kept\n");
  expect(output.join("\n")).not.toContain((await storedToken())!);
  expect(output.join("\n")).toContain("npm run deploy");
});
test("the address asks for offline access to both scopes, with PKCE", async () => {
  let opened = "";
  await login((address) => {
    opened = address;
    return agrees(address);
  });
  const query = new URL(opened).searchParams;
  expect(Object.fromEntries(query)).toMatchObject({
    ...{ client_id: "client", response_type: "code", access_type: "offline", prompt: "consent" },
    ...{ code_challenge_method: "S256", redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) },
  });
  expect(query.get("scope")!.split(" ")).toEqual([CALENDAR, expect.stringContaining("meetings.space.created")]);
  expect(opened).not.toContain("secret");
});
test("a second login replaces the token", async () => {
  await login();
  const first = await storedToken();
  await login();
  expect(await storedToken()).not.toBe(first);
  expect((await readFile(file, "utf8")).match(/GOOGLE_REFRESH_TOKEN=/g)).toHaveLength(1);
});
test("--print stores nothing", async () => {
  expect(await login(agrees, "--print")).toBe(0);
  expect(await storedToken()).toBeUndefined();
  expect(output.join("\n")).toMatch(/^GOOGLE_REFRESH_TOKEN=1\/\//m);
});
test("a file that was named must be there, and have the client's id", async () => {
  await rm(file);
  const code = await googleLogin(["--env-file", file], { env: {} });
  expect(code).toBe(2); // a file that was named must be there
  await writeFile(file, "");
  expect(await googleLogin(["--env-file", file], { env: {} })).toBe(1);
  expect(output.join("\n")).toContain("Desktop app");
  expect((await stat(file)).size).toBe(0);
});
test("an app in testing: its seven days are said", async () => {
  google.consentSeconds = 604_800;
  expect(await login()).toBe(0);
  expect(output.join("\n")).toMatch(/Warning: this token ends in 7 days.*Publish/s);
});
test("an answer with another state is not taken, and the right one still is", async () => {
  const forged: Owner = async (address) => {
    const redirect = new URL(new URL(address).searchParams.get("redirect_uri")!);
    redirect.search = "?code=stolen&state=guessed";
    expect((await fetch(redirect)).status).toBe(400);
    return agrees(address);
  };
  expect(await login(forged)).toBe(0);
  expect(google.asked.filter(({ body }) => body.includes("stolen"))).toHaveLength(0);
});
test("the owner refuses: nothing is stored, and it says what to do", async () => {
  const refuses: Owner = (address) => {
    const query = new URL(address).searchParams;
    const redirect = new URL(query.get("redirect_uri")!);
    redirect.search = new URLSearchParams({ error: "access_denied", state: query.get("state")! }).toString();
    return fetch(redirect);
  };
  expect(await login(refuses)).toBe(1);
  expect(output.join("\n")).toContain("access_denied");
  expect(await storedToken()).toBeUndefined();
});
test("a consent without the calendar is no use, and one without Meet is less", async () => {
  google.scopes = [];
  expect(await login()).toBe(1);
  expect(output.join("\n")).toContain("tick both boxes");
  google.scopes = [CALENDAR];
  expect(await login()).toBe(0);
  expect(output.join("\n")).toContain("did not agree to Meet spaces");
});
test("Google refuses the code: its word, and what to do", async () => {
  google.refuse({ status: 400, reason: "invalid_grant", at: "POST /token" });
  expect(await login()).toBe(1);
  expect(output.join("\n")).toContain("Google gives no token");
});
