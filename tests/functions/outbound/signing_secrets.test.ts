/** Which secrets sign, and how often Vault is asked; with a database that only listens. */
import { expect, test } from "vitest";
import { NotConfigured } from "../../../functions/_shared/outbound/adapter.ts";
import { openSigningSecrets } from "../../../functions/_shared/outbound/signing_secrets.ts";
import { DatabaseAway } from "../../../functions/_shared/platform/database.ts";

function opened({ variables = {} as Record<string, string>, vault = {} as Record<string, string[]> } = {}) {
  const asked: string[] = [];
  const state = { now: 0, vault, away: false };
  const secrets = openSigningSecrets({
    env: (name) => variables[name],
    now: () => state.now,
    database: {
      // biome-ignore lint/suspicious/noExplicitAny: the rows of the one statement there is.
      async query(statement: string, [destination]: any): Promise<any> {
        expect(statement).toContain("outbox.secrets_of($1)");
        asked.push(destination);
        if (state.away) throw new DatabaseAway("no answer within 8000 ms");
        return (state.vault[destination] ?? []).map((secret) => ({ secret }));
      },
      async close() {},
    },
  });
  return { secrets, asked, state };
}

test("the function secret comes first, and Vault is not asked", async () => {
  const { secrets, asked } = opened({
    variables: { MAKE_SIGNING_SECRET: "whsec_a whsec_b" },
    vault: { make: ["whsec_c"] },
  });
  expect(await secrets.of("make")).toEqual(["whsec_a", "whsec_b"]);
  expect(asked).toEqual([]);
});

test("without one, those in Vault sign, in its order", async () => {
  const { secrets } = opened({
    variables: { MAKE_SIGNING_SECRET: "" },
    vault: { make: ["whsec_c", "whsec_d"], other: ["whsec_e"] },
  });
  expect(await secrets.of("make")).toEqual(["whsec_c", "whsec_d"]);
  expect(await secrets.of("other")).toEqual(["whsec_e"]);
});

test("Vault is asked once a minute for each destination, by however many at once", async () => {
  const { secrets, asked, state } = opened({ vault: { make: ["whsec_c"], other: ["whsec_e"] } });
  await Promise.all([secrets.of("make"), secrets.of("make"), secrets.of("other")]);
  state.now = 59_999;
  await secrets.of("make");
  expect(asked).toEqual(["make", "other"]);
});

test("a rotation is known a minute later", async () => {
  const { secrets, state } = opened({ vault: { make: ["whsec_c"] } });
  await secrets.of("make");
  state.vault = { make: ["whsec_c", "whsec_d"] };
  state.now = 60_000;
  expect(await secrets.of("make")).toEqual(["whsec_c", "whsec_d"]);
});

test("where there is none, nothing is sent, and it says how to make one", async () => {
  const { secrets } = opened();
  const none = secrets.of("make");
  await expect(none).rejects.toThrow(NotConfigured);
  await expect(none).rejects.toThrow(/MAKE_SIGNING_SECRET.*select outbox\.rotate_secret\('make'\)/);
});

test("the first one is used at once", async () => {
  const { secrets, state } = opened();
  await expect(secrets.of("make")).rejects.toThrow(NotConfigured);
  state.vault = { make: ["whsec_c"] };
  expect(await secrets.of("make")).toEqual(["whsec_c"]);
});

test("while Vault does not answer, nothing is sent, and it is asked again", async () => {
  const { secrets, state } = opened({ vault: { make: ["whsec_c"] } });
  state.away = true;
  const none = secrets.of("make");
  await expect(none).rejects.toThrow(NotConfigured);
  await expect(none).rejects.toThrow(/Vault could not be asked.*no answer within 8000 ms/);
  state.away = false;
  expect(await secrets.of("make")).toEqual(["whsec_c"]);
});
