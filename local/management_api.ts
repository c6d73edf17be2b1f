/**
 * A stand-in for the Management API, as much of it as `supabase functions deploy`, `functions list`, `secrets set` and
 * our own deployment call: shows what a deployment would upload, and changes nothing.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import http, { type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A function as the CLI uploads it. */
export interface Upload {
  slug: string;
  /** Paths relative to the project, sorted. */
  files: string[];
  /** Of all files together. */
  bytes: number;
  metadata: { entrypoint_path: string; import_map_path?: string; verify_jwt?: boolean; [more: string]: unknown };
}

export interface ManagementApi {
  /** What `supabase --profile` takes, as an object. */
  profile: Record<string, string>;
  uploads: Upload[];
  /** Slugs of the functions that went live: several go live together, after the last upload. */
  live: string[];
  secrets: Record<string, string>;
  /** The project's own settings, as GET …/config/auth, …/ssl-enforcement and so on answer them; null: 403. */
  settings: {
    auth: object;
    realtime: object;
    postgrest: { db_schema?: string };
    ssl: object | null;
    network: object | null;
  };
  stop(): Promise<void>;
}

const FORBIDDEN: [status: number, answer: object] = [403, { message: "Forbidden resource" }];

/** Starts it on a free port of 127.0.0.1. It knows one project and one access token. */
export async function startManagementApi(options: { project: string; token: string }): Promise<ManagementApi> {
  const uploads: Upload[] = [];
  const live: string[] = [];
  const secrets: Record<string, string> = {};
  const settings: ManagementApi["settings"] = {
    auth: { mailer_autoconfirm: false },
    realtime: { private_only: true },
    postgrest: { db_schema: "public, graphql_public" },
    ssl: { currentConfig: { database: false }, appliedSuccessfully: true },
    network: {
      entitlement: "allowed",
      config: { dbAllowedCidrs: ["0.0.0.0/0"], dbAllowedCidrsV6: ["::/0"] },
      status: "applied",
    },
  };
  const base = `/v1/projects/${options.project}`;

  async function takeUpload(request: IncomingMessage, url: URL, body: Buffer): Promise<object> {
    const form = await new Response(new Uint8Array(body), {
      headers: { "content-type": request.headers["content-type"]! },
    }).formData();
    const files = form.getAll("file") as File[];
    const slug = url.searchParams.get("slug")!;
    const metadata = JSON.parse(String(form.get("metadata")));
    uploads.push({
      slug,
      files: files.map(({ name }) => name).sort(),
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      metadata,
    });
    if (!url.searchParams.has("bundleOnly")) live.push(slug);
    const now = Date.now();
    return {
      ...{ id: randomUUID(), slug, name: slug, version: 1, status: "ACTIVE", created_at: now, updated_at: now },
      ...{ verify_jwt: metadata.verify_jwt ?? true, entrypoint_path: metadata.entrypoint_path, import_map: true },
    };
  }

  async function answer(request: IncomingMessage, body: Buffer): Promise<[status: number, answer: object]> {
    const url = new URL(request.url!, "http://127.0.0.1");
    if (request.headers.authorization !== `Bearer ${options.token}`) return [401, { message: "Unauthorized" }];
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
            region: "local",
            status: "ACTIVE_HEALTHY",
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
        return [200, []];
      case `POST ${base}/functions/deploy`:
        return [201, await takeUpload(request, url, body)];
      case `PUT ${base}/functions`: {
        const functions = JSON.parse(String(body)) as { slug: string }[];
        live.push(...functions.map(({ slug }) => slug));
        return [200, { functions }];
      }
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
      const [status, said] = await answer(request, Buffer.concat(chunks));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
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
    secrets,
    settings,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
