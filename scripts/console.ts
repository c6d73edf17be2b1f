/** `npm run console`: serves the admins' page on this machine, for a hosted project. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPages } from "../local/pages.ts";
import { type CommandLine, Failure, main, portNumber, type RunOptions, runCommand, UsageError } from "./command.ts";

const HELP = `
Serves the console on this machine for a hosted project, until Ctrl+C. (npm start serves its own.)

SUPABASE_ACCESS_TOKEN=sbp_… npm run console -- --project REF [--port N]
npm run console -- --url https://REF.supabase.co --key sb_publishable_… [--port N]

  --project REF  the project: the 20 letters in the address of its dashboard. Its publishable key is asked for with
                 SUPABASE_ACCESS_TOKEN
  --url URL      the project's API, instead of --project
  --key KEY      its publishable key (Settings, API keys); never a secret key
  --port N       of this machine, on 127.0.0.1 (default 54400; 0 = any free port)`;

const OPTIONS = {
  project: { type: "string" },
  url: { type: "string" },
  key: { type: "string" },
  port: { type: "string" },
} as const;

/** Where the Management API is. */
const MANAGEMENT_API = "https://api.supabase.com";

interface Api {
  url: string;
  key: string;
}

/** Whoever opens the page can read the key. @throws UsageError for one that opens everything. */
function checkKey(key: string): string {
  if (key.startsWith("sb_secret_") || roleOf(key) === "service_role")
    throw new UsageError("--key is a secret key: the page would show it to everybody. Give the publishable key.");
  return key;
}

/** The role that a key in the old form, a JWT, names. */
function roleOf(key: string): unknown {
  try {
    return JSON.parse(Buffer.from(key.split(".")[1] ?? "", "base64url").toString()).role;
  } catch {
    return undefined;
  }
}

async function apiOf({ values }: CommandLine<typeof OPTIONS>, { env = process.env, signal }: RunOptions): Promise<Api> {
  const { project, url, key } = values;
  if (url !== undefined || key !== undefined) {
    if (url === undefined || key === undefined || project !== undefined)
      throw new UsageError("--url and --key go together, instead of --project.");
    if (!URL.canParse(url)) throw new UsageError(`--url ${url} is no address, like https://REF.supabase.co.`);
    return { url: new URL(url).origin, key: checkKey(key) };
  }
  if (project === undefined || !/^[a-z]{20}$/.test(project))
    throw new UsageError("Which project? --project takes the 20 letters in the address of its dashboard.");
  if (!env.SUPABASE_ACCESS_TOKEN)
    throw new UsageError("SUPABASE_ACCESS_TOKEN is not set. Set it, or give --url and --key.");
  return {
    url: `https://${project}.supabase.co`,
    key: await publishableKey(project, env.SUPABASE_ACCESS_TOKEN, signal),
  };
}

async function publishableKey(project: string, token: string, signal?: AbortSignal): Promise<string> {
  const instead = "Or give --url and --key, which are in its dashboard: Settings, API keys.";
  const response = await fetch(`${MANAGEMENT_API}/v1/projects/${project}/api-keys`, {
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
    signal,
  }).catch((error) => {
    signal?.throwIfAborted();
    throw new Failure(`The project's keys could not be asked for: ${error.message}. ${instead}`);
  });
  if (!response.ok) throw new Failure(`The project's keys could not be read (status ${response.status}). ${instead}`);
  const keys = (await response.json()) as { name?: string; type?: string; api_key?: string | null }[];
  const found = keys.find(({ type }) => type === "publishable") ?? keys.find(({ name }) => name === "anon");
  if (!found?.api_key) throw new Failure(`The project has no publishable key. ${instead}`);
  return found.api_key;
}

/** Runs the command; resolves to its exit code. */
function serveConsole(args: string[], options: RunOptions = {}): Promise<number> {
  return runCommand({ help: HELP, options: OPTIONS }, args, options.signal, async (line) => {
    const port = portNumber(line.values.port ?? "54400");
    const api = await apiOf(line, options);
    const config = { api_url: api.url, publishable_key: api.key, local: false };
    const pages = createPages({ name: "console", api: api.url, config });
    const server = createServer(async (request, response) => {
      // What cannot be made a Request (TRACE, an odd address) is answered too: thrown here, it would end the process.
      const answer = async () => {
        const given = new Request(`http://127.0.0.1${request.url}`, {
          method: request.method,
          headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
            typeof value === "string" ? [[name, value]] : [],
          ),
        });
        return pages(given);
      };
      const { status, headers, body } = await answer().catch((error: Error) => {
        console.error(error.message);
        return new Response("The page cannot be built: see the terminal.", { status: 500 });
      });
      response.writeHead(status, Object.fromEntries(headers));
      response.end(body && Buffer.from(await new Response(body).arrayBuffer()));
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening").catch((error) => {
      throw error.code === "EADDRINUSE" ? new Failure(`Port ${port} is in use: choose another with --port.`) : error;
    });
    console.log(`Console of ${api.url}:\n  http://127.0.0.1:${(server.address() as AddressInfo).port}/console/`);
    console.log("Sign in as an admin (a row of public.admins). Ctrl+C stops it.");
    if (options.signal && !options.signal.aborted) await once(options.signal, "abort");
    server.closeAllConnections();
    server.close();
  });
}

await main(import.meta.url, serveConsole);
