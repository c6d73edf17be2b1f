/** What Supabase Vault does (docs/reference/stand_ins.md), held against the stand-in in local/. */
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Postgres } from "../../local/postgres/postgres.ts";
import { startTestPostgres } from "./test_postgres.ts";

let database: Postgres;
let sql: postgres.Sql;
let admin: postgres.Sql;

const create = async (secret: string, name: string | null = null, description = ""): Promise<string> =>
  (await sql`select vault.create_secret(${secret}, ${name}, ${description}) as id`)[0]!.id;
const read = async (id: string) => (await sql`select * from vault.decrypted_secrets where id = ${id}`)[0]!;
const as = (role: string, work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
  sql.begin(async (tx) => {
    await tx`set local role ${sql(role)}`;
    return work(tx);
  });

beforeAll(async () => {
  database = await startTestPostgres();
  sql = postgres(database.url(), { max: 2, onnotice() {} });
  admin = postgres(database.url("supabase_admin"), { max: 1 });
});

afterAll(async () => {
  await sql?.end({ timeout: 0 });
  await admin?.end({ timeout: 0 });
  await database?.stop();
});

describe("a secret", () => {
  test("is read back by its name", async () => {
    await create("s3cret ü", "by_name", "what for");
    const rows = await sql`select description, decrypted_secret from vault.decrypted_secrets where name = 'by_name'`;
    expect(rows).toEqual([{ description: "what for", decrypted_secret: "s3cret ü" }]);
  });

  test("needs no name and no description, and may be empty", async () => {
    const [row] = await sql`select vault.create_secret('') as id`;
    expect(await read(row!.id)).toMatchObject({ name: null, description: "", decrypted_secret: "", key_id: null });
    await create("another without a name");
  });

  test("cannot have the name of another", async () => {
    await create("one", "taken");
    await expect(create("two", "taken")).rejects.toMatchObject({ code: "23505", constraint_name: "secrets_name_idx" });
  });

  test("is not stored in clear", async () => {
    const id = await create("not in clear");
    const [row] = await sql`select secret, decode(secret, 'base64') as bytes from vault.secrets where id = ${id}`;
    expect(row!.bytes.length).toBeGreaterThan(0);
    expect(row!.bytes.toString("latin1")).not.toContain("not in clear");
  });

  test("is stored differently each time", async () => {
    expect((await read(await create("same"))).secret).not.toBe((await read(await create("same"))).secret);
  });

  test("does not decrypt in the place of another", async () => {
    const [one, other] = [await create("one"), await create("other")];
    await admin`update vault.secrets set (secret, nonce) = (select secret, nonce from vault.secrets where id = ${one})
      where id = ${other}`;
    await expect(read(other)).rejects.toThrow("invalid ciphertext");
    await sql`delete from vault.secrets where id = ${other}`;
  });

  test("is removed by deleting its row", async () => {
    const id = await create("gone soon");
    await sql`delete from vault.secrets where id = ${id}`;
    expect(await read(id)).toBeUndefined();
  });
});

describe("update_secret", () => {
  test("changes the secret and keeps the rest", async () => {
    const id = await create("old", "changed", "kept");
    const before = await read(id);
    await sql`select vault.update_secret(${id}, 'new')`;
    expect(await read(id)).toMatchObject({
      name: "changed",
      description: "kept",
      decrypted_secret: "new",
      created_at: before.created_at,
    });
    expect(await sql`select updated_at > created_at as later from vault.secrets where id = ${id}`).toEqual([
      { later: true },
    ]);
  });

  test("changes name and description and keeps the secret", async () => {
    const id = await create("kept", "old_name");
    await sql`select vault.update_secret(${id}, new_name => 'new_name', new_description => 'new')`;
    expect(await read(id)).toMatchObject({ name: "new_name", description: "new", decrypted_secret: "kept" });
  });
});

describe("hosted's grants", () => {
  test("postgres can read decrypted secrets, authenticated and anon cannot", async () => {
    const id = await create("only for some");
    expect((await read(id)).decrypted_secret).toBe("only for some");
    for (const role of ["authenticated", "anon"]) {
      await expect(as(role, (tx) => tx`select * from vault.decrypted_secrets`)).rejects.toMatchObject({
        code: "42501",
      });
      await expect(as(role, (tx) => tx`select vault.create_secret('x')`)).rejects.toMatchObject({ code: "42501" });
    }
  });

  test("service_role can create, update, read and delete", async () => {
    await as("service_role", async (tx) => {
      const [row] = await tx`select vault.create_secret('theirs') as id`;
      await tx`select vault.update_secret(${row!.id}, 'theirs, changed')`;
      expect(await tx`select decrypted_secret from vault.decrypted_secrets where id = ${row!.id}`).toEqual([
        { decrypted_secret: "theirs, changed" },
      ]);
      expect((await tx`delete from vault.secrets where id = ${row!.id}`).count).toBe(1);
    });
  });

  test.each(["postgres", "service_role"])("%s cannot insert or update but through the functions", async (role) => {
    await expect(as(role, (tx) => tx`insert into vault.secrets (secret) values ('x')`)).rejects.toMatchObject({
      code: "42501",
    });
    await expect(as(role, (tx) => tx`update vault.secrets set name = 'x'`)).rejects.toMatchObject({ code: "42501" });
  });

  test("postgres can decrypt by hand, but not encrypt, nor see the key", async () => {
    const id = await create("by hand");
    const [row] = await sql`
      select convert_from(vault._crypto_aead_det_decrypt(
        message := decode(secret, 'base64'), additional := convert_to(id::text, 'utf8'), key_id := 0,
        context := 'pgsodium'::bytea, nonce := nonce
      ), 'utf8') as text from vault.secrets where id = ${id}`;
    expect(row!.text).toBe("by hand");
    await expect(sql`select vault._crypto_aead_det_encrypt('x', 'x', 0)`).rejects.toMatchObject({ code: "42501" });
    await expect(sql`select * from vault._root_key`).rejects.toMatchObject({ code: "42501" });
  });

  test("postgres can pass its rights on", async () => {
    await sql`create role reader`;
    await sql`grant reader to postgres`;
    await sql`grant usage on schema vault to reader`;
    await sql`grant select on vault.decrypted_secrets to reader`;
    await sql`grant execute on function vault._crypto_aead_det_decrypt to reader`;
    await as("reader", (tx) => tx`select decrypted_secret from vault.decrypted_secrets`);
  });
});
