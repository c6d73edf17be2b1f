/**
 * The peers: bare pages that list the titles of an account's notifications with supabase-js. One hears of new rows by
 * `postgres_changes`, and shows what it was sent; the other asks once a second.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const SUPABASE_JS = path.resolve(import.meta.dirname, "../../node_modules/@supabase/supabase-js/dist/umd/supabase.js");

/** Where the browser's localStorage has the session of the account that looks at them. */
export const STORAGE_KEY = "bare-page";

export type BarePage = "postgres_changes" | "polling";

export interface BarePagesOptions {
  apiUrl: string;
  publishableKey: string;
}

export interface BarePages {
  url(page: BarePage): string;
  stop(): Promise<void>;
}

/** `<html data-live>` says that from now on rows are shown by themselves. */
function scriptOf(page: BarePage, { apiUrl, publishableKey }: BarePagesOptions): string {
  const start = `
    const client = supabase.createClient("${apiUrl}", "${publishableKey}", { auth: { storageKey: "${STORAGE_KEY}" } });
    const { data: { session: { user, access_token } } } = await client.auth.getSession();
    await client.realtime.setAuth(access_token);
    const list = document.querySelector("ul");
    const live = () => { document.documentElement.dataset.live = ""; };
    const item = ({ title }) => Object.assign(document.createElement("li"), { textContent: title });`;
  const follow = {
    postgres_changes: `
      const rows = { event: "INSERT", schema: "public", table: "notifications", filter: "user_id=eq." + user.id };
      client
        .channel("public:notifications", { config: { private: true } })
        .on("postgres_changes", rows, ({ new: row }) => list.prepend(item(row)))
        .on("system", {}, ({ status }) => status === "ok" && live())
        .subscribe();`,
    polling: `
      async function look() {
        const newest = client.from("notifications").select("title").order("created_at", { ascending: false }).limit(20);
        const { data } = await newest.throwOnError();
        list.replaceChildren(...data.map(item));
        live();
      }
      setInterval(look, 1000);`,
  }[page];
  return `(async () => {${start}${follow}\n})();`;
}

export async function serveBarePages(options: BarePagesOptions): Promise<BarePages> {
  const library = await readFile(SUPABASE_JS);
  const pages: readonly BarePage[] = ["postgres_changes", "polling"];
  const files = new Map<string, { type: string; body: string | Buffer }>([
    ["/supabase.js", { type: "text/javascript", body: library }],
    ...pages.map((page) => {
      const head = `<!doctype html><meta charset="utf-8"><title>${page}</title><ul></ul>`;
      const body = `${head}<script src="/supabase.js"></script><script>${scriptOf(page, options)}</script>`;
      return [`/${page}`, { type: "text/html", body }] as const;
    }),
  ]);
  const server = createServer((request, response) => {
    const file = files.get(request.url!);
    response.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain" }).end(file?.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: (page) => `http://127.0.0.1:${port}/${page}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
