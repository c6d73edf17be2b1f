/**
 * Whether all is well: GET or HEAD /functions/v1/health. 200 for ok and degraded, 503 for down. Strangers learn the
 * status and no more; with `Authorization: Bearer <HEALTH_KEY>` it says why, with all details, and /health/metrics
 * answers in Prometheus' format. An uptime monitor that calls it notices, too, when nobody is alerted any more.
 */
import { isSecret, secretsFrom } from "../crypto/signature.ts";
import { bearerToken } from "../http/bearer_token.ts";
import { methodNotAllowed, refused } from "../http/respond.ts";
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";
import { type HealthDetails, judge, metrics, settingsBy } from "./health.ts";

/** How long what was found is answered again, in ms: anybody may ask, and asking the database costs something. */
const CACHE_MS = 5000;
const HEADERS = { "cache-control": "no-store" };

export function healthHandler({
  env,
  database,
  now,
}: Pick<Runtime, "env" | "database" | "now">): (request: Request) => Promise<Response> {
  let found: { details: Promise<HealthDetails>; at: number } | undefined;

  function details(): Promise<HealthDetails> {
    if (found && now() - found.at < CACHE_MS) return found.details;
    const asked = database
      .query<{ health: HealthDetails }>("select ops.health() as health", [])
      .then(([row]) => row!.health);
    const mine = { details: asked, at: now() };
    found = mine;
    asked.catch(() => {
      if (found === mine) found = undefined;
    });
    return asked;
  }

  async function mayKnow(request: Request): Promise<boolean> {
    const keys = secretsFrom(env, "HEALTH_KEY");
    const given = bearerToken(request.headers);
    return keys.length > 0 && given !== undefined && (await isSecret(given, keys));
  }

  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return methodNotAllowed("GET, HEAD");
    const known = await mayKnow(request);
    const wantsMetrics = new URL(request.url).pathname.endsWith("/metrics");
    if (wantsMetrics && !known) {
      return refused(401, "unauthorized", "Send Authorization: Bearer and the key in the function secret HEALTH_KEY.", {
        "www-authenticate": "Bearer",
      });
    }
    try {
      const all = await details();
      const { status, reasons } = judge(all);
      if (wantsMetrics) {
        return new Response(metrics(all, now()), {
          headers: { ...HEADERS, "content-type": "text/plain; version=0.0.4" },
        });
      }
      const body = known ? { status, reasons, ...all, settings: settingsBy(env) } : { status };
      return Response.json(body, { status: status === "down" ? 503 : 200, headers: HEADERS });
    } catch (error) {
      log("error", "health could not be read", { error });
      return refused(
        503,
        "database_away",
        "The database does not answer. Look at the project's state, then ask again.",
        { ...HEADERS, "retry-after": "10" },
        { status: "down" },
      );
    }
  };
}
