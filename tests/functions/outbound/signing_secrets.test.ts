/** Which secrets sign, and how often Vault is read. The database is a fake. */
import { expect, test } from "vitest";
import { NotConfigured } from "../../../functions/_shared/outbound/adapter.ts";
import { openSigningSecrets } from "../../../functions/_shared/outbound/signing_secrets.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";

function opened({ variables = {} as Record<string, string>, vault = {} as Record<string, string[]> } = {}) {
  const reads: string[] = [];
  const state = { now: 0, vault, away: false };
  const secrets = openSigningSecrets({
    env: (name) => variables[name],
    now: () => state.now,
    database: {
      // biome-ignore lint/suspicious/noExplicitAny: the rows of the one statement there is.
      async query(statement: string, [destination]: any): Promise<any> {
        expect(statement).toContain("outbox.secrets_of($1)");
        reads.push(destination);
        if (state.away) throw new DatabaseAway("no answer within 8000 ms");
        return (state.vault[destination] ?? []).map((secret) => ({ secret }));
      },
      async close() {},
    },
  });
  return { secrets, reads, state };
}

test("the function secret is preferred, and Vault is not read", async () => {
  const { secrets, reads } = opened({
    variables: { MAKE_SIGNING_SECRET: "whsec_a whsec_b" },
    vault: { make: ["whsec_c"] },
  });
  expect(await secrets.of("make")).toEqual(["whsec_a", "whsec_b"]);
  expect(reads).toEqual([]);
});

test("without a function secret, those in Vault sign, in Vault's order", async () => {
  const { secrets } = opened({
    variables: { MAKE_SIGNING_SECRET: "" },
    vault: { make: ["whsec_c", "whsec_d"], other: ["whsec_e"] },
  });
  expect(await secrets.of("make")).toEqual(["whsec_c", "whsec_d"]);
  expect(await secrets.of("other")).toEqual(["whsec_e"]);
});

test("Vault is read once a minute for each destination, also by concurrent calls", async () => {
  const { secrets, reads, state } = opened({ vault: { make: ["whsec_c"], other: ["whsec_e"] } });
  await Promise.all([secrets.of("make"), secrets.of("make"), secrets.of("other")]);
  state.now = 59_999;
  await secrets.of("make");
  expect(reads).toEqual(["make", "other"]);
});

test("a rotation takes effect within a minute", async () => {
  const { secrets, state } = opened({ vault: { make: ["whsec_c"] } });
  await secrets.of("make");
  state.vault = { make: ["whsec_c", "whsec_d"] };
  state.now = 60_000;
  expect(await secrets.of("make")).toEqual(["whsec_c", "whsec_d"]);
});

test("without any secret nothing is sent, and the error says how to make one", async () => {
  const { secrets } = opened();
  const failing = secrets.of("make");
  await expect(failing).rejects.toThrow(NotConfigured);
  await expect(failing).rejects.toThrow(/MAKE_SIGNING_SECRET.*select outbox\.rotate_secret\('make'\)/);
});

test("the first secret takes effect at once", async () => {
  const { secrets, state } = opened();
  await expect(secrets.of("make")).rejects.toThrow(NotConfigured);
  state.vault = { make: ["whsec_c"] };
  expect(await secrets.of("make")).toEqual(["whsec_c"]);
});

test("while Vault cannot be read nothing is sent, and the error is not cached", async () => {
  const { secrets, state } = opened({ vault: { make: ["whsec_c"] } });
  state.away = true;
  const failing = secrets.of("make");
  await expect(failing).rejects.toThrow(NotConfigured);
  await expect(failing).rejects.toThrow(/could not be read from Vault.*no answer within 8000 ms/);
  state.away = false;
  expect(await secrets.of("make")).toEqual(["whsec_c"]);
});
