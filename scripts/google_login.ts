/** `npm run google-login`: the calendar owner's consent, and the refresh token that it gives. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseEnv } from "node:util";
import { ApiError } from "../functions/_shared/http/api_client.ts";
import { judge } from "../functions/_shared/providers/google/errors.ts";
import { CALENDAR_SCOPE, MEET_SCOPE, requestToken, TOKEN_URL } from "../functions/_shared/providers/google/token.ts";
import { Failure, main, portNumber, type RunOptions, runCommand, UsageError } from "./command.ts";

const HELP = `
Connects Google Calendar by the consent of its owner (an account with Gmail). Prints an address: open it in a browser on
this machine, sign in as the calendar's owner and agree. The refresh token is stored as GOOGLE_REFRESH_TOKEN in a file.

npm run google-login -- [--env-file PATH] [--port N] [--print]

  --env-file PATH  has GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, and gets the token (default .env); it is never
                   committed. The environment overrides it. The client is of type "Desktop app": Google Cloud console >
                   APIs & Services > Credentials
  --port N         the port on 127.0.0.1 that Google sends the browser back to (default: any free one)
  --print          prints the token, and stores nothing

Afterwards: npm run deploy -- --project REF --env-file PATH, and select calendar.connect(). With Google Workspace a
service account does without it: docs/guides/google_calendar.md.`;

const CONSENT_URL = "https://accounts.google.com/o/oauth2/v2/auth";
const DAY_MS = 86_400_000;

export interface LoginOptions extends RunOptions {
  /** Where the owner consents. Default: Google's page. */
  consentUrl?: string;
  /** Hears the address that the owner is to open. Default: it is printed. */
  onAddress?: (address: string) => void;
}

/** Runs the command; resolves to its exit code. */
export function googleLogin(args: string[], options: LoginOptions = {}): Promise<number> {
  const { env = process.env, signal, consentUrl = CONSENT_URL, onAddress } = options;
  const flags = { "env-file": { type: "string" }, port: { type: "string" }, print: { type: "boolean" } } as const;
  return runCommand({ help: HELP, options: flags }, args, signal, async ({ values }) => {
    const file = values["env-file"] ?? ".env";
    const port = portNumber(values.port ?? "0");
    if (values["env-file"] !== undefined && !existsSync(file))
      throw new UsageError(`There is no file ${file} (--env-file).`);
    const stored = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
    const setting = (name: string) => env[name] || stored[name];
    const [clientId, clientSecret] = [setting("GOOGLE_CLIENT_ID"), setting("GOOGLE_CLIENT_SECRET")];
    if (!clientId || !clientSecret) {
      throw new Failure(
        `GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not both set in ${file}. Make an OAuth client of type "Desktop ` +
          'app" in Google Cloud console > APIs & Services > Credentials, and copy both from there.',
      );
    }

    const verifier = randomBytes(32).toString("base64url");
    const { code, redirectUri } = await consent(port, signal, (redirectUri, state) => {
      const address = new URL(consentUrl);
      address.search = new URLSearchParams({
        ...{ client_id: clientId, redirect_uri: redirectUri, response_type: "code", state },
        scope: `${CALENDAR_SCOPE} ${MEET_SCOPE}`,
        // offline: with a refresh token. consent: also when the owner agreed before.
        ...{ access_type: "offline", prompt: "consent", code_challenge_method: "S256" },
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      }).toString();
      console.log("Open this address on this machine, and agree as the owner of the calendar. Ctrl+C gives up.\n");
      console.log(`${address.href}\n`);
      onAddress?.(address.href);
    });
    const token = await requestToken(setting("GOOGLE_TOKEN_URL") || TOKEN_URL, {
      ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier },
      ...{ client_id: clientId, client_secret: clientSecret },
    }).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      const verdict = judge(error);
      const advice = verdict.kind === "settings" ? ` ${verdict.advice}` : "";
      throw new Failure(`Google gives no token: ${error.message}.${advice} Then run the command again.`);
    });
    if (!token.refreshToken) {
      throw new Failure(
        "Google gave no refresh token. Remove the app's access at https://myaccount.google.com/permissions, and run " +
          "the command again.",
      );
    }
    if (!token.scopes.includes(CALENDAR_SCOPE))
      throw new Failure("The owner did not agree to events of the calendar. Run it again, and tick both boxes.");
    if (!token.scopes.includes(MEET_SCOPE)) {
      console.log(
        "Note: the owner did not agree to Meet spaces. A session whose Meet link Google fails to make gets none.",
      );
    }
    if (token.consentEndsAt !== null) {
      const days = Math.round((token.consentEndsAt - Date.now()) / DAY_MS);
      console.log(
        `Warning: this token ends in ${days} days, because the OAuth app is in testing. Publish it first (Google Cloud ` +
          "console > APIs & Services > OAuth consent screen > Publish app), then run the command again.",
      );
    }

    if (values.print) {
      console.log(`GOOGLE_REFRESH_TOKEN=${token.refreshToken}`);
      return;
    }
    store(file, "GOOGLE_REFRESH_TOKEN", token.refreshToken);
    console.log(`Stored GOOGLE_REFRESH_TOKEN in ${file}. Next: npm run deploy -- --project REF --env-file ${file}`);
  });
}

/**
 * Waits at a loopback address until the owner comes back from Google's page with a code. `show` is called with that
 * address and the state once it is open.
 */
async function consent(
  port: number,
  signal: AbortSignal | undefined,
  show: (redirectUri: string, state: string) => void,
): Promise<{ code: string; redirectUri: string }> {
  const state = randomBytes(16).toString("base64url");
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error) => reject(new Failure(`Port ${port} cannot be used: ${error.message}`)));
      server.listen(port, "127.0.0.1", resolve);
    });
    const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const code = new Promise<string>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new Failure("Stopped.")), { once: true });
      server.on("request", (request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? "/", redirectUri);
        const say = (status: number, text: string) =>
          response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(text);
        if (pathname !== "/") return say(404, "Not found.");
        // Not from the page that we sent the owner to: somebody else's code must not become ours.
        if (searchParams.get("state") !== state)
          return say(400, "This is not the answer that was waited for. Open the address that the command printed.");
        const error = searchParams.get("error");
        const found = searchParams.get("code");
        if (error || !found) {
          say(400, "There was no consent. See the command's output.");
          return reject(new Failure(`There was no consent: ${error ?? "no code"}. Run the command again, and agree.`));
        }
        say(200, "Thank you. The calendar's consent has arrived; this window can be closed.");
        resolve(found);
      });
    });
    show(redirectUri, state);
    return { code: await code, redirectUri };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Sets one variable of an env file, and leaves the rest of it as it is. */
function store(file: string, name: string, value: string): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const line = `${name}=${value}`;
  const pattern = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, "m");
  const after = pattern.test(before)
    ? before.replace(pattern, () => line)
    : `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${line}\n`;
  // Only its owner reads it.
  writeFileSync(file, after, { mode: 0o600 });
}

await main(import.meta.url, googleLogin);
