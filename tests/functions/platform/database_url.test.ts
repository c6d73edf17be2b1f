import { expect, test } from "vitest";
import { databaseUrl } from "../../../functions/_shared/platform/database_url.ts";

const from = (env: Record<string, string>) => databaseUrl((name) => env[name]);

test("is the platform's own, byte for byte, where no password of the role is set", () => {
  const SUPABASE_DB_URL = "postgresql://postgres:p%40ss@db.example.invalid:5432/postgres?a=b";
  expect(from({ SUPABASE_DB_URL })).toBe(SUPABASE_DB_URL);
  expect(from({ SUPABASE_DB_URL, FUNCTIONS_ROLE_PASSWORD: "" })).toBe(SUPABASE_DB_URL);
});

test.each([
  ["postgresql://postgres:x@db.example.invalid:5432/postgres", "signalbox_functions"],
  ["postgresql://postgres.abcdefghij:x@pooler.example.invalid:6543/postgres", "signalbox_functions.abcdefghij"],
])("is that of the role otherwise: %s", (SUPABASE_DB_URL, user) => {
  const address = new URL(from({ SUPABASE_DB_URL, FUNCTIONS_ROLE_PASSWORD: "a/b@c%d:e" }));
  expect(address.username).toBe(user);
  expect(decodeURIComponent(address.password)).toBe("a/b@c%d:e");
  expect(address.host).toBe(new URL(SUPABASE_DB_URL).host);
});
