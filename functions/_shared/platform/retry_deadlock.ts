import { sqlState } from "./database.ts";
import { sleep } from "./sleep.ts";

const TRIES = 5;

/** Makes a call of the database, and again when Postgres ended it to untie a deadlock: that is ours to try again, and no caller's to hear of. */
export async function retryOnDeadlock<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (sqlState(error) !== "40P01" || tries === TRIES) throw error;
      await sleep(20 * tries * (1 + Math.random()));
    }
  }
}
