/** Which certificates are believed to be PayPal's: where they may come from, and what has to stand behind them. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { rootCertificates } from "node:tls";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DIGICERT_INTERMEDIATES, DIGICERT_ROOTS } from "../../../../functions/_shared/crypto/certificates/digicert.ts";
import {
  type Certificate,
  chainTo,
  readCertificate,
  readPem,
} from "../../../../functions/_shared/crypto/certificates/x509.ts";
import { openCertificates } from "../../../../functions/_shared/providers/paypal/certificates.ts";
import { CERTIFICATE_PATH, createPaypal, DEVELOPMENT_ROOT } from "../../../../local/providers/paypal.ts";
import { certificate, ecKeys, JUNE, type Party, rsaKeys, type Wanted } from "./make_certificates.ts";

const { cert_pem: GENUINE, cert_url: GENUINE_URL } = JSON.parse(
  readFileSync(new URL("../../../fixtures/paypal/signature-vectors.json", import.meta.url), "utf8"),
);
const IN_2024 = Date.parse("2024-08-02T19:34:57Z");
const DAY = 86_400_000;

const party = (name: string, keys = rsaKeys()): Party => ({ name, keys });
const root = party("A root");
const middle = party("An authority");
const paypal = party("messageverificationcerts.paypal.com");
const stranger = party("A root"); // the same name, another key

const ROOT = certificate({ subject: root, issuer: root, authority: true });
const MIDDLE = certificate({ subject: middle, issuer: root, authority: true, mayIssue: true, pathLength: 0 });
const LEAF = certificate({ subject: paypal, issuer: middle });
const leaf = (wanted: Partial<Wanted>) => certificate({ subject: paypal, issuer: middle, ...wanted });
const authority = (wanted: Partial<Wanted>) =>
  certificate({ subject: middle, issuer: root, authority: true, ...wanted });

const chain = async (last: string, others: string[], roots = ROOT, now = JUNE) =>
  (await chainTo(readPem(roots), readPem(last)[0]!, others.flatMap(readPem), now))?.length ?? null;

describe("what is bundled", () => {
  test("the roots are those that Node trusts", () => {
    const known = new Map(
      rootCertificates.map((pem) => [new X509Certificate(pem).subject, new X509Certificate(pem).fingerprint256]),
    );
    const pinned = DIGICERT_ROOTS.match(/-----BEGIN[\s\S]*?END CERTIFICATE-----/g)!.map(
      (pem) => new X509Certificate(pem),
    );
    expect(pinned).toHaveLength(6);
    for (const { subject, fingerprint256, ca } of pinned) {
      expect(subject).toMatch(/CN=DigiCert /);
      expect(ca).toBe(true);
      expect([fingerprint256, undefined]).toContain(known.get(subject)); // a later Node may have dropped one
    }
    expect(pinned.filter(({ subject }) => known.has(subject)).length).toBeGreaterThan(3);
  });
  test("the authorities in between are signed by these roots, today still", async () => {
    const between = readPem(DIGICERT_INTERMEDIATES);
    expect(between.map(({ names }) => names[0])).toEqual([
      "digicert sha2 extended validation server ca",
      "digicert ev rsa ca g2",
    ]);
    for (const one of between)
      expect(await chainTo(readPem(DIGICERT_ROOTS), one, [], Date.parse("2026-11-21"))).toHaveLength(2);
  });
  test("they stand behind the certificate of PayPal's genuine messages", async () => {
    expect(await chain(GENUINE, [DIGICERT_INTERMEDIATES], DIGICERT_ROOTS, IN_2024)).toBe(3);
  });
});

describe("a certificate is read as Node reads it", () => {
  test.each(rootCertificates.map((pem) => [new X509Certificate(pem).subject.split("\n").at(-1)!, pem]))(
    "%s",
    (_, pem) => {
      const [ours] = readPem(pem) as [Certificate];
      const theirs = new X509Certificate(pem);
      expect(new Date(ours.from)).toEqual(new Date(theirs.validFrom));
      expect(new Date(ours.to)).toEqual(new Date(theirs.validTo));
      expect(ours.authority).toBe(theirs.ca);
      expect(Buffer.from(ours.key)).toEqual(theirs.publicKey.export({ type: "spki", format: "der" }));
    },
  );

  test("with its names, the common one too, in lower case", () => {
    expect(
      readPem(leaf({ subject: party("WWW.PayPal.com", paypal.keys), names: ["API.paypal.com", "b.example"] }))[0]!
        .names,
    ).toEqual(["www.paypal.com", "api.paypal.com", "b.example"]);
  });
  test("after 2049 as well", () => {
    expect(readPem(leaf({ to: Date.UTC(2051, 5, 1, 12, 30, 15) }))[0]!.to).toBe(Date.UTC(2051, 5, 1, 12, 30, 15));
  });
  test("unless it holds a critical extension that nobody here knows", () => {
    expect(() => readPem(leaf({ unknown: "critical" }))).toThrow("a critical extension (1.2.3.4)");
    expect(readPem(leaf({ unknown: "harmless" }))).toHaveLength(1);
  });
  test("or throws an Error, whatever the bytes", () => {
    const der = Buffer.from(LEAF.replace(/-----.*?-----/g, ""), "base64");
    const damaged = fc.tuple(fc.nat(der.length - 1), fc.nat(255), fc.boolean()).map(([at, byte, cut]) => {
      const copy = Uint8Array.from(der);
      copy[at] = byte;
      return cut ? copy.slice(0, at) : copy;
    });
    fc.assert(
      fc.property(
        fc.oneof(
          damaged,
          fc.uint8Array().map((bytes) => Uint8Array.from(bytes)),
        ),
        (bytes) => {
          try {
            expect(readCertificate(bytes).signature).toBeInstanceOf(Uint8Array);
          } catch (error) {
            expect((error as Error).message).toMatch(/DER|certificate/);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("a chain holds", () => {
  test("from a root through an authority", async () => expect(await chain(LEAF, [MIDDLE])).toBe(3));
  test("from a root alone", async () => expect(await chain(leaf({ issuer: root }), [])).toBe(2));
  test("whatever else is served with it, in any order", async () => {
    const others = [authority({ issuer: stranger }), LEAF, ROOT, MIDDLE, authority({ to: JUNE - DAY })];
    expect(await chain(LEAF, others)).toBe(3);
  });
  test.each(["sha384", "sha512"] as const)("by %s", async (hash) =>
    expect(await chain(leaf({ hash }), [authority({ hash })])).toBe(3),
  );
  test.each([
    ["prime256v1", "sha256"],
    ["secp384r1", "sha384"],
  ] as const)("by ECDSA on %s", async (curve, hash) => {
    const ec = party("An EC authority", ecKeys(curve));
    const own = certificate({ subject: ec, issuer: ec, authority: true, hash });
    // Integers in DER lose their leading zeros: many signatures, so that some do.
    for (let i = 0; i < 300; i++)
      expect(await chain(certificate({ subject: paypal, issuer: ec, hash }), [], own)).toBe(2);
  });
});

describe("a chain does not hold", () => {
  const deep = [1, 2, 3, 4, 5].map((i) => party(`Authority ${i}`, middle.keys));
  test.each<[why: string, leaf: string, others: string[], now?: number]>([
    ["an authority is not served", LEAF, []],
    [
      "the root has only the name of ours",
      leaf({ issuer: stranger }),
      [certificate({ subject: stranger, issuer: stranger, authority: true })],
    ],
    ["it is self-signed", leaf({ issuer: paypal }), []],
    ["it is self-signed and says it is an authority", leaf({ issuer: paypal, authority: true }), []],
    ["its signature is another's", leaf({ issuer: party("An authority") }), [MIDDLE]],
    ["the authority's signature is another's", LEAF, [authority({ issuer: stranger })]],
    ["the issuer is no authority", LEAF, [authority({ authority: false })]],
    ["the issuer's key may not sign certificates", LEAF, [authority({ mayIssue: false })]],
    ["the issuer may not stand for servers", LEAF, [authority({ purposes: ["1.3.6.1.5.5.7.3.4"] })]],
    ["it may not stand for a server", leaf({ purposes: ["1.3.6.1.5.5.7.3.3"] }), [MIDDLE]],
    ["it has expired", leaf({ to: JUNE - 1000 }), [MIDDLE]],
    ["it is not valid yet", leaf({ from: JUNE + 1000 }), [MIDDLE]],
    ["the authority has expired", LEAF, [authority({ to: JUNE - 1000 })]],
    [
      "the root has expired",
      leaf({ to: JUNE + 3 * 365 * DAY }),
      [authority({ to: JUNE + 3 * 365 * DAY })],
      JUNE + 300 * DAY,
    ],
    ["it is signed with SHA-1", leaf({ hash: "sha1" }), [MIDDLE]],
    [
      "an authority issues more authorities than it may",
      leaf({ issuer: deep[0]! }),
      [MIDDLE, certificate({ subject: deep[0]!, issuer: middle, authority: true })],
    ],
    [
      "it is longer than any that is honest",
      leaf({ issuer: deep[4]! }),
      deep.map((one, i) => certificate({ subject: one, issuer: i === 0 ? root : deep[i - 1]!, authority: true })),
    ],
    [
      "it goes round in circles",
      leaf({ issuer: deep[0]! }),
      [
        certificate({ subject: deep[0]!, issuer: deep[1]!, authority: true }),
        certificate({ subject: deep[1]!, issuer: deep[0]!, authority: true }),
      ],
    ],
  ])("when %s", async (_, last, others, now) => expect(await chain(last, others, ROOT, now)).toBeNull());

  test("when any one bit of the certificate is another", async () => {
    const der = Buffer.from(LEAF.replace(/-----.*?-----/g, ""), "base64");
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.nat(7), async (at, bit) => {
        const altered = Uint8Array.from(der);
        altered[at]! ^= 1 << bit;
        let read: Certificate;
        try {
          read = readCertificate(altered);
        } catch {
          return;
        }
        expect(await chainTo(readPem(ROOT), read, readPem(MIDDLE), JUNE)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

/** Certificates from somewhere else than PayPal, which count how often they are asked for. */
function serving(answer: string | ((url: string) => Response | Promise<Response>) = LEAF + MIDDLE) {
  const asked: string[] = [];
  const certificates = openCertificates(async (url) => {
    asked.push(String(url));
    return typeof answer === "string" ? new Response(answer) : await answer(String(url));
  });
  return { asked, certificates };
}
const trusting =
  (roots: string, base = "") =>
  (name: string) =>
    name === "PAYPAL_TRUSTED_ROOTS" ? roots : name === "PAYPAL_BASE_URL" ? base : undefined;
const ADDRESS = "https://api.paypal.com/v1/notifications/certs/CERT-1";

async function codeOf(answer: ReturnType<ReturnType<typeof openCertificates>["keyAt"]>) {
  const found = await answer;
  if (!("authentic" in found)) return "a key";
  return found.refusal.retryLater ? `${found.refusal.code}, later` : found.refusal.code;
}

describe("a certificate is fetched from", () => {
  test.each([
    ADDRESS,
    GENUINE_URL,
    "https://api-m.paypal.com/v1/notifications/certs/CERT-a_B-9",
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    "https://api-m.sandbox.paypal.com/v1/notifications/certs/CERT-1",
  ])("%s", async (url) => {
    const { certificates, asked } = serving();
    expect(await codeOf(certificates.keyAt(url, JUNE, trusting(ROOT)))).toBe("a key");
    expect(asked).toEqual([url]);
  });
  test.each(["http://127.0.0.1:4000/providers/paypal", "http://127.0.0.1:4000/providers/paypal/"])(
    "our own PAYPAL_BASE_URL, %s",
    async (base) => {
      const { certificates, asked } = serving();
      const url = "http://127.0.0.1:4000/providers/paypal/v1/notifications/certs/CERT-1";
      expect(await codeOf(certificates.keyAt(url, JUNE, trusting(ROOT, base)))).toBe("a key");
      expect(asked).toEqual([url]);
    },
  );
});

describe("nothing is fetched from", () => {
  const path = "/v1/notifications/certs/CERT-1";
  const HOST = "certificate_host_not_allowed";
  const URL_ = "certificate_url_not_allowed";
  test.each([
    [`https://api.paypal.com.evil.com${path}`, HOST],
    [`https://api-paypal.com${path}`, HOST],
    [`https://apiXpaypal.com${path}`, HOST],
    [`https://evil.com/api.paypal.com${path}`, HOST],
    [`https://paypal.com${path}`, HOST],
    [`https://www.paypal.com${path}`, HOST],
    [`https://api.paypal.com@evil.com${path}`, HOST],
    [`https://api.paypal.com%2F@evil.com${path}`, HOST],
    [`https://evil.com\\@api.paypal.com${path}`, HOST],
    [`https://evil.com#@api.paypal.com${path}`, HOST],
    [`https://api.paypal.com.${path}`, HOST],
    [`https://аpi.paypal.com${path}`, HOST], // a Cyrillic а
    [`https://127.0.0.1${path}`, HOST],
    [`http://169.254.169.254${path}`, HOST],
    [`file:///etc/passwd`, HOST],
    ["data:text/plain,x", HOST],
    ["CERT-1", HOST],
    ["", HOST],
    [`http://api.paypal.com${path}`, URL_],
    [`https://evil@api.paypal.com${path}`, URL_],
    [`https://api.paypal.com:8443${path}`, URL_],
    [`https://api.paypal.com:443${path}`, URL_],
    [`https://API.PAYPAL.COM${path}`, URL_],
    [` https://api.paypal.com${path}`, URL_],
    [`https://api.paypal.com${path}?x=1`, URL_],
    [`https://api.paypal.com${path}#x`, URL_],
    [`https://api.paypal.com${path}/`, URL_],
    [`https://api.paypal.com${path}/../../../v1/other`, URL_],
    [`https://api.paypal.com/v1/notifications/certs/..`, URL_],
    [`https://api.paypal.com/v1/notifications/certs/%2e%2e`, URL_],
    [`https://api.paypal.com/v1/notifications/certs/`, URL_],
    [`https://api.paypal.com/redirect?to=${path}`, URL_],
    [`https://api.paypal.com//v1/notifications/certs/CERT-1`, URL_],
    [`https:\\\\api.paypal.com${path}`, URL_],
    [`http://127.0.0.1:4000/providers/paypal/v1/notifications/certs/../CERT-1`, HOST],
    [`http://127.0.0.1:4000/v1/notifications/certs/CERT-1`, HOST],
  ])("%s", async (url, code) => {
    const { certificates, asked } = serving();
    expect(await codeOf(certificates.keyAt(url, JUNE, trusting(ROOT, "http://127.0.0.1:4000/providers/paypal")))).toBe(
      code,
    );
    expect(asked).toEqual([]);
  });
});

describe("what is fetched is not believed", () => {
  const other = party("paypal.com.evil.com", paypal.keys);
  test.each([
    ["expired", leaf({ to: JUNE - 1000 }) + MIDDLE, "valid from"],
    ["of another authority", leaf({ issuer: party("An authority") }) + MIDDLE, "DigiCert root"],
    ["self-signed", leaf({ issuer: paypal }), "DigiCert root"],
    ["in another name", leaf({ subject: other }) + MIDDLE, "not in the name of paypal.com"],
    [
      "in another name too like it",
      leaf({ subject: party("evilpaypal.com", paypal.keys), names: ["xpaypal.com"] }) + MIDDLE,
      "not in the name",
    ],
    [
      "in no name but another's alternative ones",
      leaf({ subject: other, names: ["a.example", "paypal.com.b"] }) + MIDDLE,
      "not in the name",
    ],
    ["an authority's alone", MIDDLE, "not in the name"],
  ])("when it is %s", async (_, pem, why) => {
    const { certificates } = serving(pem);
    const found = await certificates.keyAt(ADDRESS, JUNE, trusting(ROOT));
    expect(found).toMatchObject({
      authentic: false,
      refusal: { code: "certificate_not_trusted", detail: expect.stringContaining(why) },
    });
  });
  test("when its root is trusted by nobody but the one who serves it", async () => {
    const { certificates } = serving(LEAF + MIDDLE + ROOT);
    expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, trusting("")))).toBe("certificate_not_trusted");
    expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, trusting(DEVELOPMENT_ROOT)))).toBe("certificate_not_trusted");
  });
  test("when its key is not RSA", async () => {
    const { certificates } = serving(leaf({ subject: party(paypal.name, ecKeys("prime256v1")) }) + MIDDLE);
    expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, trusting(ROOT)))).toBe("certificate_not_trusted");
  });
  test("when our own further roots cannot be read, and says so", async () => {
    const { certificates } = serving();
    const found = await certificates.keyAt(
      ADDRESS,
      JUNE,
      trusting("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
    );
    expect(found).toMatchObject({ refusal: { detail: expect.stringContaining("PAYPAL_TRUSTED_ROOTS") } });
  });
});

test("it is believed by an alternative name alone", async () => {
  const { certificates } = serving(
    leaf({ subject: party("x", paypal.keys), names: ["messageverificationcerts.paypal.com"] }) + MIDDLE,
  );
  expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, trusting(ROOT)))).toBe("a key");
});
test("further roots may have their line ends written as \\n", async () => {
  const { certificates } = serving();
  expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, trusting(ROOT.replaceAll("\n", "\\n"))))).toBe("a key");
});

describe("a certificate that cannot be had is certificate_unreachable, later", () => {
  test.each<[string, () => Response | Promise<Response>]>([
    ["PayPal cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
    ["it answers 404", () => new Response("", { status: 404 })],
    ["it answers 500", () => new Response("", { status: 500 })],
    ["it redirects", () => new Response(null, { status: 302, headers: { location: "https://evil.com/cert" } })],
    ["it answers no certificate", () => new Response("<html>")],
    [
      "it answers a broken certificate",
      () => new Response("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"),
    ],
    ["it answers too much", () => new Response(LEAF + MIDDLE + "x".repeat(65_536))],
    ["it answers nothing", () => new Response(null)],
  ])("when %s", async (_, answer) => {
    const { certificates } = serving(answer);
    expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, trusting(ROOT)))).toBe("certificate_unreachable, later");
  });

  test("when it redirects, over real HTTP, and where to is not asked", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const url = `${base}/v1/notifications/certs/CERT-1`;
      expect(await codeOf(openCertificates().keyAt(url, JUNE, trusting(ROOT, base)))).toBe(
        "certificate_unreachable, later",
      );
      expect(asked).toEqual(["/v1/notifications/certs/CERT-1"]);
    } finally {
      server.close();
    }
  });
});

describe("a certificate is fetched again", () => {
  const at = ({ certificates }: ReturnType<typeof serving>, now: number, url = ADDRESS, roots = ROOT) =>
    codeOf(certificates.keyAt(url, now, trusting(roots)));

  test("after a day, and not before", async () => {
    const served = serving();
    for (const later of [0, 60_000, DAY]) expect(await at(served, JUNE + later)).toBe("a key");
    expect(served.asked).toHaveLength(1);
    expect(await at(served, JUNE + DAY + 1)).toBe("a key");
    expect(served.asked).toHaveLength(2);
  });
  test("once it has expired, and is then believed no more", async () => {
    const served = serving(leaf({ to: JUNE + 60_000 }) + MIDDLE);
    expect(await at(served, JUNE)).toBe("a key");
    expect(await at(served, JUNE + 60_001)).toBe("certificate_not_trusted");
  });
  test("for other roots it is judged again", async () => {
    const served = serving();
    expect(await at(served, JUNE)).toBe("a key");
    expect(await at(served, JUNE, ADDRESS, "")).toBe("certificate_not_trusted");
  });
  test("not while it is under way", async () => {
    const served = serving();
    expect(await Promise.all(Array.from({ length: 20 }, () => at(served, JUNE)))).toEqual(Array(20).fill("a key"));
    expect(served.asked).toHaveLength(1);
  });
  test("ten seconds after it could not be had, and not before", async () => {
    let down = true;
    const served = serving(() => (down ? new Response("", { status: 500 }) : new Response(LEAF + MIDDLE)));
    expect(await at(served, JUNE)).toBe("certificate_unreachable, later");
    down = false;
    expect(await at(served, JUNE + 9_999)).toBe("certificate_unreachable, later");
    expect(served.asked).toHaveLength(1);
    expect(await at(served, JUNE + 10_000)).toBe("a key");
  });
  test("five at once at most; the one that is known is not held up by that", async () => {
    let hold = false;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const served = serving(async () => {
      if (hold) await held;
      return new Response(LEAF + MIDDLE);
    });
    expect(await at(served, JUNE)).toBe("a key");
    hold = true;
    const many = Array.from({ length: 9 }, (_, i) => at(served, JUNE, `${ADDRESS}-${i}`));
    expect(await at(served, JUNE)).toBe("a key");
    release();
    expect((await Promise.all(many)).sort()).toEqual([
      ...Array(5).fill("a key"),
      ...Array(4).fill("certificate_unreachable, later"),
    ]);
  });
  test("and addresses that nobody knows do not make it forgotten", async () => {
    const served = serving((url) =>
      url === ADDRESS ? new Response(LEAF + MIDDLE) : new Response("", { status: 404 }),
    );
    expect(await at(served, JUNE)).toBe("a key");
    for (let i = 0; i < 200; i++)
      expect(await at(served, JUNE, `${ADDRESS}-${i}`)).toBe("certificate_unreachable, later");
    expect(await at(served, JUNE + 1)).toBe("a key");
    expect(served.asked.filter((url) => url === ADDRESS)).toHaveLength(1);
    await at(served, JUNE, `${ADDRESS}-0`);
    expect(served.asked).toHaveLength(202); // the list of those that failed is bounded
  });
});

test("the stand-in serves a certificate that its development CA stands behind, and no other", async () => {
  const answer = await createPaypal().handle(new Request("http://x"), CERTIFICATE_PATH);
  const [last, ...others] = readPem(await answer.text()) as [Certificate, ...Certificate[]];
  expect(last.names).toContain("messageverificationcerts.paypal.com");
  for (const now of [Date.UTC(2020, 1), Date.UTC(2045, 11)]) {
    expect(await chainTo(readPem(DEVELOPMENT_ROOT), last, others, now)).toHaveLength(2);
    expect(await chainTo(readPem(DIGICERT_ROOTS), last, others, now)).toBeNull();
  }
});
