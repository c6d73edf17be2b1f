/** Whether all is well: GET or HEAD /functions/v1/health, and /health/metrics for Prometheus. */
import { serve } from "../_shared/http/serve.ts";
import { healthHandler } from "../_shared/operations/health_handler.ts";
import { openDatabase } from "../_shared/platform/database.ts";
import { databaseUrl } from "../_shared/platform/database_url.ts";

serve(
  healthHandler({
    env: (name) => Deno.env.get(name),
    now: () => Date.now(),
    // A monitor gives up sooner than the sender of a webhook.
    database: openDatabase(
      databaseUrl((name) => Deno.env.get(name)),
      { max: 1, timeoutMs: 5000 },
    ),
  }),
);
