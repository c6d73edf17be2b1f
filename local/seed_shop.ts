/** What npm start puts on sale: supabase/seed_shop.sql. Tests start with an empty catalogue. */
import { readFile } from "node:fs/promises";
import type { Sql } from "postgres";

const SEED = new URL("../supabase/seed_shop.sql", import.meta.url);

/** Fills a database that has no products, all or nothing; leaves any other as it is. `sql` is the owner. */
export async function seedShop(sql: Sql): Promise<void> {
  const seed = await readFile(SEED, "utf8");
  await sql.begin(async (transaction) => {
    const [found] = await transaction`select exists (select from public.products) as yes`;
    if (!found!.yes) await transaction.unsafe(seed);
  });
}
