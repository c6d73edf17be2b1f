/**
 * A stand-in for the Management API, as much of it as `supabase functions deploy` and our own deployment call: it keeps
 * what is deployed, and shows what was uploaded, set and changed.
 */
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import http, { type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A function as the CLI uploads it. */
export interface Upload {
  slug: string;
  /** Paths relative to the project, sorted. */
  files: string[];
  /** By path. */
  contents: Map<string, Buffer>;
  metadata: { entrypoint_path: string; import_map_path?: string; verify_jwt?: boolean; [more: string]: unknown };
}

/** A version of a function that runs. */
export interface Deployed {
  version: number;
  upload: Upload;
}

export interface Fault {
  /** Of `GET /functions`: method, a space, and the path below the project. */
  request: RegExp;
  /** reset: the connection breaks. */
  answer: number | "reset";
  times?: number;
  /** In seconds. */
  retryAfter?: number;
  /** It was done all the same: only the response is lost. */
  afterwards?: boolean;
}

export interface ManagementApi {
  /** What `supabase --profile` takes, as an object. */
  profile: Record<string, string>;
  uploads: Upload[];
  /** Slugs of the functions that went live: several go live together, after the last upload. */
  live: string[];
  /** What runs, by slug. */
  running: Map<string, Deployed>;
  /** Every request that would change something, as `POST /functions/deploy?slug=hello`, whatever came of it. */
  writes: string[];
  /** Fails the next `times` requests whose method and path match, before anything is done, or after (`afterwards`). */
  fail(fault: Fault): void;
  secrets: Record<string, string>;
  /** The project's own settings, as GET …/config/auth, …/ssl-enforcement and so on answer them; null: 403. */
  settings: {
    project: { status: string; region: string; database: { postgres_engine: string } };
    auth: object;
    realtime: object;
    postgrest: { db_schema?: string };
    ssl: object | null;
    network: object | null;
    /** Whether it tells the sources of a function. */
    sources: boolean;
  };
  stop(): Promise<void>;
}

type Answer = [status: number, answer: object, type?: string];

const FORBIDDEN: Answer = [403, { message: "Forbidden resource" }];

/** Starts it on a free port of 127.0.0.1. It knows one project and one access token. */
export async function startManagementApi(options: { project: string; token: string }): Promise<ManagementApi> {
  const uploads: Upload[] = [];
  const live: string[] = [];
  const running = new Map<string, Deployed>();
  const writes: string[] = [];
  const faults: Required<Fault>[] = [];
  /** Uploaded, but not live yet: by slug. */
  const bundles = new Map<string, Upload>();
  const secrets: Record<string, string> = {};
  const settings: ManagementApi["settings"] = {
    project: { status: "ACTIVE_HEALTHY", region: "local", database: { postgres_engine: "17" } },
    auth: { mailer_autoconfirm: false },
    realtime: { private_only: true },
    postgrest: { db_schema: "public, graphql_public" },
    ssl: { currentConfig: { database: false }, appliedSuccessfully: true },
    network: {
      entitlement: "allowed",
      config: { dbAllowedCidrs: ["0.0.0.0/0"], dbAllowedCidrsV6: ["::/0"] },
      status: "applied",
    },
    sources: true,
  };
  const base = `/v1/projects/${options.project}`;

  async function takeUpload(request: IncomingMessage, url: URL, body: Buffer): Promise<object> {
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": request.headers["content-type"]! },
    }).formData();
    const files = form.getAll("file") as File[];
    const slug = url.searchParams.get("slug")!;
    const metadata = JSON.parse(String(form.get("metadata")));
    const contents = new Map<string, Buffer>();
    for (const file of files) contents.set(file.name, Buffer.from(await file.arrayBuffer()));
    const upload: Upload = { slug, files: files.map(({ name }) => name).sort(), contents, metadata };
    uploads.push(upload);
    if (url.searchParams.has("bundleOnly")) bundles.set(slug, upload);
    else goLive(upload);
    return describe(upload, (running.get(slug)?.version ?? 0) + 1);
  }

  function goLive(upload: Upload): void {
    running.set(upload.slug, { version: (running.get(upload.slug)?.version ?? 0) + 1, upload });
    live.push(upload.slug);
  }

  /** As hosted lists a function: paths are those of the machine that bundled it. */
  function describe({ slug, metadata }: Upload, version: number): Record<string, unknown> {
    const source = (name: string) => `file:///tmp/user_fn_${options.project}_${slug}_${version}/source/${name}`;
    const now = Date.now();
    return {
      ...{ id: randomUUID(), slug, name: slug, version, status: "ACTIVE", created_at: now, updated_at: now },
      ...{ verify_jwt: metadata.verify_jwt ?? true, entrypoint_path: source(metadata.entrypoint_path) },
      import_map: metadata.import_map_path !== undefined,
      ...(metadata.import_map_path !== undefined && { import_map_path: source(metadata.import_map_path) }),
    };
  }

  /** As hosted tells the sources of a bundle: each file's whole path in a header of its part. */
  function sourcesOf({ upload }: Deployed): Answer {
    const boundary = randomUUID();
    const parts = [...upload.contents].flatMap(([name, content]) => [
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name.split("/").pop()}"\r\n` +
          `Supabase-Path: source/${name}\r\nContent-Type: text/plain\r\n\r\n`,
      ),
      content,
      Buffer.from("\r\n"),
    ]);
    const metadata = JSON.stringify({ deno2_entrypoint_path: `source/${upload.metadata.entrypoint_path}` });
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n${metadata}\r\n`;
    const body = Buffer.concat([Buffer.from(head), ...parts, Buffer.from(`--${boundary}--\r\n`)]);
    return [200, body, `multipart/form-data; boundary=${boundary}`];
  }

  /** The digest of a secret is all that hosted shows of it. */
  const digests = () =>
    Object.entries(secrets).map(([name, value]) => ({ name, value: createHash("sha256").update(value).digest("hex") }));

  /** What a path that names a function asks for. */
  function answerFunction(method: string, slug: string, part: string | undefined): Answer {
    const deployed = running.get(slug);
    if (deployed === undefined) return [404, { message: "Function not found" }];
    if (method === "DELETE") {
      running.delete(slug);
      return [200, {}];
    }
    if (part === undefined) return [200, describe(deployed.upload, deployed.version)];
    return settings.sources ? sourcesOf(deployed) : [500, { message: "Failed to unbundle" }];
  }

  async function answer(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const url = new URL(request.url!, "http://127.0.0.1");
    if (request.headers.authorization !== `Bearer ${options.token}`) return [401, { message: "Unauthorized" }];
    const [, slug, part] = new RegExp(`^${base}/functions/([^/]+)(/body)?$`).exec(url.pathname) ?? [];
    if (slug !== undefined && request.method !== "POST") return answerFunction(request.method!, slug, part);
    switch (`${request.method} ${url.pathname}`) {
      case `GET ${base}`: {
        const { project: ref } = options;
        return [
          200,
          {
            id: ref,
            ref,
            name: "stand-in",
            organization_id: "o",
            organization_slug: "o",
            created_at: "2026-01-01T00:00:00Z",
            ...settings.project,
          },
        ];
      }
      case `GET ${base}/config/auth`:
        return [200, settings.auth];
      case `GET ${base}/config/realtime`:
        return [200, settings.realtime];
      case `GET ${base}/ssl-enforcement`:
        return settings.ssl ? [200, settings.ssl] : FORBIDDEN;
      case `GET ${base}/network-restrictions`:
        return settings.network ? [200, settings.network] : FORBIDDEN;
      case `GET ${base}/postgrest`:
        return [200, settings.postgrest];
      case `PATCH ${base}/postgrest`:
        Object.assign(settings.postgrest, JSON.parse(String(body)));
        return [200, settings.postgrest];
      case `GET ${base}/functions`:
        return [200, [...running.values()].map(({ upload, version }) => describe(upload, version))];
      case `POST ${base}/functions/deploy`:
        return [201, await takeUpload(request, url, body)];
      case `PUT ${base}/functions`: {
        const functions = JSON.parse(String(body)) as { slug: string }[];
        for (const { slug } of functions) if (bundles.has(slug)) goLive(bundles.get(slug)!);
        return [200, { functions }];
      }
      case `GET ${base}/secrets`:
        return [200, digests()];
      case `POST ${base}/secrets`:
        for (const { name, value } of JSON.parse(String(body))) secrets[name] = value;
        return [201, {}];
      default:
        return [404, { message: "Project not found" }];
    }
  }

  const server = http.createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const asked = `${request.method} ${request.url!.replace(base, "")}`;
      if (request.method !== "GET") writes.push(asked);
      const fault = faults.find((one) => one.times > 0 && one.request.test(asked));
      if (fault) fault.times--;
      const body = Buffer.concat(chunks);
      const [status, said, type = "application/json"] =
        fault && !fault.afterwards ? ([503, {}] as Answer) : await answer(request, body);
      if (fault?.answer === "reset") return void response.destroy();
      if (fault) {
        const headers = { "content-type": "application/json", "retry-after": String(fault.retryAfter) };
        return void response.writeHead(fault.answer as number, headers).end(JSON.stringify({ message: "A fault" }));
      }
      response.writeHead(status, { "content-type": type }).end(Buffer.isBuffer(said) ? said : JSON.stringify(said));
    } catch (error) {
      response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ message: String(error) }));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    profile: { name: "stand-in", api_url: url, dashboard_url: url, project_host: "supabase.test" },
    uploads,
    live,
    running,
    writes,
    fail: (fault) => void faults.push({ times: 1, retryAfter: 0, afterwards: false, ...fault }),
    secrets,
    settings,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
