/**
 * Pages for browsers (`web/<name>`), built on first need: Vite takes about a second, and what it made is kept in the
 * cache until a source file or a package changes. Nobody has to know of a build step.
 *
 *     const console = createPages({ name: "console", api: gateway.url, config: { … } });
 *     const response = await console(request); // GET /console/…
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { templateFolder } from "./postgres/template.ts";
import { run } from "./supabase_cli.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));

export interface PagesOptions {
  /** The folder of web/. */
  name: string;
  /** Below which it is served, as its vite.config.ts says too: "shop" for `/shop/`. Default: `name`. */
  path?: string;
  /** The origin of the API that the page may call, beside the one that it comes from. */
  api: string;
  /** Served as config.json. Everybody may read it. */
  config: Record<string, unknown>;
}

interface File {
  body: Buffer;
  gzipped?: Buffer;
  type: string;
  etag: string;
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** The files of a page's folder, as paths below it. Sorted. */
async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The folder with the built page. @throws Error when it cannot be built; it says where. */
export async function builtPages(name: string): Promise<string> {
  const root = path.join(PROJECT, "web", name);
  const files = [
    ...(await sources(root)),
    ...(await sources(path.join(PROJECT, "clients/web/src"))),
    fileURLToPath(import.meta.url),
    // What is installed decides what is bundled.
    path.join(PROJECT, "package-lock.json"),
    path.join(PROJECT, "node_modules/.package-lock.json"),
  ];
  const inputs = await Promise.all(
    files.map(async (file) => `${path.relative(PROJECT, file)}\n${await readFile(file, "utf8").catch(() => "")}`),
  );
  return await templateFolder(name, inputs, (folder) => build(root, folder));
}

/** In a process of its own: React's development build is chosen by NODE_ENV, which the caller may have set. */
async function build(root: string, folder: string): Promise<void> {
  const args = ["build", root, "--outDir", folder, "--emptyOutDir", "false", "--logLevel", "warn"];
  const env = { ...process.env, NODE_ENV: "production", NO_COLOR: "1" };
  const vite = path.join(PROJECT, "node_modules/vite/bin/vite.js");
  // "runner" writes nothing into node_modules.
  const ran = await run(process.execPath, [vite, ...args, "--configLoader", "runner"], { cwd: PROJECT, env });
  if (ran.code !== 0) throw new Error(`The page ${root} cannot be built:\n${ran.stderr}${ran.stdout}`);
}

/** All that is served of a built page, in memory: it is small, and the cache may drop a folder that is long unused. */
async function load(folder: string): Promise<Map<string, File>> {
  const files = new Map<string, File>();
  for (const file of await sources(folder)) {
    const name = path.relative(folder, file).split(path.sep).join("/");
    const type = TYPES[path.extname(name)];
    if (type === undefined || name === "manifest.json") continue;
    const body = await readFile(file);
    files.set(name, {
      body,
      gzipped: await promisify(gzip)(body, { level: 9 }),
      type,
      etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
    });
  }
  return files;
}

/** Where Cloudflare Turnstile's script is, and the frame of its widget. */
const TURNSTILE = "https://challenges.cloudflare.com";

/**
 * What a page may do: run its own scripts, and call its own API. Nobody may frame it. With a site key of Turnstile, its
 * widget, too; Cloudflare does not say that its script runs where Trusted Types are required.
 */
function policyOf(api: string, { turnstile_site_key }: Record<string, unknown>): string {
  const { origin } = new URL(api);
  return [
    "default-src 'none'",
    ...(turnstile_site_key ? [`script-src 'self' ${TURNSTILE}`, `frame-src ${TURNSTILE}`] : ["script-src 'self'"]),
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${origin} ${origin.replace(/^http/, "ws")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...(turnstile_site_key ? [] : ["require-trusted-types-for 'script'"]),
  ].join("; ");
}

/** Answers requests for one page, its files, and its config.json. The page is built at the first. */
export function createPages({
  name,
  path: servedAt = name,
  api,
  config,
}: PagesOptions): (request: Request) => Promise<Response> {
  const base = `/${servedAt}/`;
  let loading: Promise<Map<string, File>> | undefined;
  const common = {
    "content-security-policy": policyOf(api, config),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };

  /** Built once; after a failure, with whatever has been mended, again. */
  function files(): Promise<Map<string, File>> {
    loading ??= builtPages(name)
      .then(load)
      .catch((error) => {
        loading = undefined;
        throw error;
      });
    return loading;
  }

  return async (request) => {
    const { pathname, search } = new URL(request.url);
    if (request.method !== "GET" && request.method !== "HEAD")
      return new Response("Only GET and HEAD are answered here.", { status: 405, headers: { allow: "GET, HEAD" } });
    if (!pathname.startsWith(base))
      return new Response(null, { status: 308, headers: { ...common, location: base + search } });
    const wanted = pathname.slice(base.length);
    if (wanted === "config.json") return Response.json(config, { headers: { ...common, "cache-control": "no-store" } });

    const all = await files();
    const isAsset = wanted.startsWith("assets/");
    // Any other path is one of the page's own.
    const file = all.get(wanted) ?? (isAsset ? undefined : all.get("index.html"));
    if (!file) return new Response("There is no such file.", { status: 404, headers: common });
    const zipped = file.gzipped && /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
    const headers = {
      ...common,
      "content-type": file.type,
      // Hashed names never change what they hold.
      "cache-control": isAsset ? "public, max-age=31536000, immutable" : "no-cache",
      etag: file.etag,
      vary: "accept-encoding",
      ...(zipped && { "content-encoding": "gzip" }),
    };
    if (request.headers.get("if-none-match") === file.etag) return new Response(null, { status: 304, headers });
    const body = zipped ? file.gzipped! : file.body;
    return new Response(request.method === "HEAD" ? null : new Uint8Array(body), { headers });
  };
}
