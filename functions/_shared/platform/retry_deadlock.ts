import { sqlState } from "./database.ts";
import { sleep } from "./sleep.ts";

const MAX_TRIES = 5;

/**
 * Calls the database, and calls it again when Postgres aborts the transaction to resolve a deadlock (SQLSTATE 40P01):
 * up to 5 tries, 20 to 160 ms apart. Any other error, and that of the last try, is thrown.
 */
export async function retryOnDeadlock<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (sqlState(error) !== "40P01" || tries === MAX_TRIES) throw error;
      await sleep(20 * tries * (1 + Math.random()));
    }
  }
}
