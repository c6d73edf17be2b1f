/** A way into a database that comes and goes: whatever is asked is asked again until it is answered. */
import postgres from "postgres";

const QUERY_MS = 15_000;
const PATIENCE_MS = 120_000;

export interface PatientDatabase {
  /** Runs `work`, again and again until it succeeds: it must be no harm to run it twice. */
  ask<Result>(work: (sql: postgres.Sql) => Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

export function openPatiently(url: string): PatientDatabase {
  // A client whose server was killed can hang: a new one takes its place.
  const open = () => postgres(url, { max: 3, onnotice() {}, backoff: () => 0.1, connect_timeout: 5 });
  let sql = open();
  let stopped = false;

  async function once<Result>(work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${QUERY_MS} ms`)), QUERY_MS);
    });
    try {
      return await Promise.race([work(sql), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async ask(work) {
      const end = Date.now() + PATIENCE_MS;
      for (;;) {
        const used = sql;
        try {
          return await once(work);
        } catch (error) {
          const state = error instanceof postgres.PostgresError ? error.code : "";
          // 57: shut down, 53: no connection left, 08: gone. Anything else is what the statement itself is about.
          if ((state !== "" && !/^(57|53|08|55)/.test(state)) || stopped || Date.now() > end) throw error;
          if (used === sql) {
            sql = open();
            void used.end({ timeout: 0 }).catch(() => {});
          }
          await new Promise((resolve) => setTimeout(resolve, 150));
        }
      }
    },
    async stop() {
      stopped = true;
      await sql.end({ timeout: 1 });
    },
  };
}
