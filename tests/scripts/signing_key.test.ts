/** `npm run signing-key`. */
import { afterEach, expect, test, vi } from "vitest";
import { publicKeyOf } from "../../functions/_shared/crypto/ed25519.ts";
import { signingKey } from "../../scripts/signing_key.ts";

afterEach(() => void vi.restoreAllMocks());

async function run(env: NodeJS.ProcessEnv, args: string[] = []) {
  const said: string[] = [];
  for (const level of ["log", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line) => void said.push(line));
  return { code: await signingKey(args, { env }), said: said.join("\n") };
}
const found = (said: string, kind: string) => new RegExp(`${kind}_[A-Za-z0-9+/]{43}=`).exec(said)?.[0];

test("makes a new pair each time", async () => {
  const [first, second] = [await run({}), await run({})];
  expect(await publicKeyOf(found(first.said, "whsk")!)).toBe(found(first.said, "whpk"));
  expect(found(second.said, "whsk")).not.toBe(found(first.said, "whsk"));
});

test("tells the public key to a secret, and not the secret", async () => {
  const secret = `whsk_${Buffer.alloc(32, 4).toString("base64")}`;
  const { code, said } = await run({ SIGNING_KEY: secret });
  expect([code, found(said, "whpk")]).toEqual([0, await publicKeyOf(secret)]);
  expect(said).not.toContain("whsk_");
});

test.each([[{ SIGNING_KEY: "whsec_c2hvcnQ=" }, []] as const, [{}, ["whsk_c2hvcnQ="]] as const])(
  "says how it is used, and repeats no secret: %j %j",
  async (env, args) => {
    const { code, said } = await run(env, [...args]);
    expect(code).toBe(2);
    expect(said).toContain("SIGNING_KEY=whsk_…");
    expect(said).not.toContain("c2hvcnQ");
  },
);
