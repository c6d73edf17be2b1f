/** Whether the database answers: GET /functions/v1/health, 200 when it does, 503 when it does not. */

import { methodNotAllowed, ok, refused } from "../_shared/http/respond.ts";
import { serve } from "../_shared/http/serve.ts";
import { openDatabase } from "../_shared/platform/database.ts";
import { log } from "../_shared/platform/log.ts";

// A monitor gives up sooner than the sender of a webhook.
const database = openDatabase(Deno.env.get("SUPABASE_DB_URL")!, { max: 1, timeoutMs: 5000 });

serve(async (request) => {
  if (request.method !== "GET") return methodNotAllowed("GET");
  try {
    await database.query("select 1", []);
    return ok({ status: "ok" });
  } catch (error) {
    log("error", "the database does not answer", { error });
    return refused(503, "database_away", "The database does not answer. Look at the project's state, then ask again.", {
      "retry-after": "10",
    });
  }
});
