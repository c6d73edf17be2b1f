/** GET /health: 200 when the database answers, 503 when it does not. */
import postgres from "postgres";

const PATIENCE_SECONDS = 5;

const sql = postgres(Deno.env.get("SUPABASE_DB_URL")!, {
  max: 1,
  // A transaction pooler may stand in between.
  prepare: false,
  connect_timeout: PATIENCE_SECONDS,
  backoff: () => 0.1,
});

/** A database that takes connections and then keeps silent is away, too. */
function impatient(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in time")), PATIENCE_SECONDS * 1000));
}

Deno.serve(async (request) => {
  if (request.method !== "GET") return Response.json({ error: "method_not_allowed" }, { status: 405, headers: { allow: "GET" } });
  try {
    await Promise.race([sql`select 1`, impatient()]);
    return Response.json({ status: "ok" });
  } catch (error) {
    console.error(JSON.stringify({ message: "the database does not answer", error: String(error) }));
    return Response.json({ status: "unavailable" }, { status: 503, headers: { "retry-after": "5" } });
  }
});
