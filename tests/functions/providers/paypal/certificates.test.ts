/** Which certificates are trusted as PayPal's: the URLs they may be fetched from, and the chain they need. */
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
const impostor = party("A root"); // the same name, another key

const ROOT = certificate({ subject: root, issuer: root, authority: true });
const MIDDLE = certificate({ subject: middle, issuer: root, authority: true, mayIssue: true, pathLength: 0 });
const LEAF = certificate({ subject: paypal, issuer: middle });
const leaf = (wanted: Partial<Wanted>) => certificate({ subject: paypal, issuer: middle, ...wanted });
const authority = (wanted: Partial<Wanted>) =>
  certificate({ subject: middle, issuer: root, authority: true, ...wanted });

const chain = async (last: string, others: string[], roots = ROOT, now = JUNE) =>
  (await chainTo(readPem(roots), readPem(last)[0]!, others.flatMap(readPem), now))?.length ?? null;

describe("the bundled certificates", () => {
  test("have the roots that Node trusts", () => {
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
      // A later Node may not have this root any more.
      expect([fingerprint256, undefined]).toContain(known.get(subject));
    }
    expect(pinned.filter(({ subject }) => known.has(subject)).length).toBeGreaterThan(3);
  });
  test("have intermediates that are signed by these roots and still valid", async () => {
    const intermediates = readPem(DIGICERT_INTERMEDIATES);
    expect(intermediates.map(({ names }) => names[0])).toEqual([
      "digicert sha2 extended validation server ca",
      "digicert ev rsa ca g2",
    ]);
    for (const one of intermediates)
      expect(await chainTo(readPem(DIGICERT_ROOTS), one, [], Date.parse("2026-11-21"))).toHaveLength(2);
  });
  test("complete the chain of PayPal's genuine certificate", async () => {
    expect(await chain(GENUINE, [DIGICERT_INTERMEDIATES], DIGICERT_ROOTS, IN_2024)).toBe(3);
  });
});

describe("readCertificate", () => {
  test.each(rootCertificates.map((pem) => [new X509Certificate(pem).subject.split("\n").at(-1)!, pem]))(
    "reads %s as Node does",
    (_, pem) => {
      const [parsed] = readPem(pem) as [Certificate];
      const expected = new X509Certificate(pem);
      expect(new Date(parsed.from)).toEqual(new Date(expected.validFrom));
      expect(new Date(parsed.to)).toEqual(new Date(expected.validTo));
      expect(parsed.authority).toBe(expected.ca);
      expect(Buffer.from(parsed.key)).toEqual(expected.publicKey.export({ type: "spki", format: "der" }));
    },
  );

  test("reads the common name and the alternative names, in lower case", () => {
    expect(
      readPem(leaf({ subject: party("WWW.PayPal.com", paypal.keys), names: ["API.paypal.com", "b.example"] }))[0]!
        .names,
    ).toEqual(["www.paypal.com", "api.paypal.com", "b.example"]);
  });
  test("reads a time after 2049", () => {
    expect(readPem(leaf({ to: Date.UTC(2051, 5, 1, 12, 30, 15) }))[0]!.to).toBe(Date.UTC(2051, 5, 1, 12, 30, 15));
  });
  test("throws for an unknown critical extension", () => {
    expect(() => readPem(leaf({ unknown: "critical" }))).toThrow("a critical extension (1.2.3.4)");
    expect(readPem(leaf({ unknown: "harmless" }))).toHaveLength(1);
  });
  test("returns a certificate or throws an Error, for any bytes", () => {
    const der = Buffer.from(LEAF.replace(/-----.*?-----/g, ""), "base64");
    const damaged = fc.tuple(fc.nat(der.length - 1), fc.nat(255), fc.boolean()).map(([position, byte, cut]) => {
      const copy = Uint8Array.from(der);
      copy[position] = byte;
      return cut ? copy.slice(0, position) : copy;
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

describe("chainTo finds a chain", () => {
  test("from a root through an intermediate", async () => expect(await chain(LEAF, [MIDDLE])).toBe(3));
  test("from a root directly", async () => expect(await chain(leaf({ issuer: root }), [])).toBe(2));
  test("among other certificates, in any order", async () => {
    const others = [authority({ issuer: impostor }), LEAF, ROOT, MIDDLE, authority({ to: JUNE - DAY })];
    expect(await chain(LEAF, others)).toBe(3);
  });
  test.each(["sha384", "sha512"] as const)("with RSA and %s", async (hash) =>
    expect(await chain(leaf({ hash }), [authority({ hash })])).toBe(3),
  );
  test.each([
    ["prime256v1", "sha256"],
    ["secp384r1", "sha384"],
  ] as const)("with ECDSA on %s", async (curve, hash) => {
    const ec = party("An EC authority", ecKeys(curve));
    const own = certificate({ subject: ec, issuer: ec, authority: true, hash });
    // DER integers have no leading zeros: of many signatures, some have a shorter integer.
    for (let i = 0; i < 300; i++)
      expect(await chain(certificate({ subject: paypal, issuer: ec, hash }), [], own)).toBe(2);
  });
});

describe("chainTo finds no chain", () => {
  const deep = [1, 2, 3, 4, 5].map((i) => party(`Authority ${i}`, middle.keys));
  test.each<[name: string, leaf: string, others: string[], now?: number]>([
    ["the intermediate is missing", LEAF, []],
    [
      "the root has the name of a trusted one, but another key",
      leaf({ issuer: impostor }),
      [certificate({ subject: impostor, issuer: impostor, authority: true })],
    ],
    ["the leaf is self-signed", leaf({ issuer: paypal }), []],
    ["the leaf is self-signed and marked as a CA", leaf({ issuer: paypal, authority: true }), []],
    ["the leaf is signed with another key", leaf({ issuer: party("An authority") }), [MIDDLE]],
    ["the intermediate is signed with another key", LEAF, [authority({ issuer: impostor })]],
    ["the issuer is not a CA", LEAF, [authority({ authority: false })]],
    ["the issuer's key may not sign certificates", LEAF, [authority({ mayIssue: false })]],
    ["the issuer is not for server authentication", LEAF, [authority({ purposes: ["1.3.6.1.5.5.7.3.4"] })]],
    ["the leaf is not for server authentication", leaf({ purposes: ["1.3.6.1.5.5.7.3.3"] }), [MIDDLE]],
    ["the leaf has expired", leaf({ to: JUNE - 1000 }), [MIDDLE]],
    ["the leaf is not valid yet", leaf({ from: JUNE + 1000 }), [MIDDLE]],
    ["the intermediate has expired", LEAF, [authority({ to: JUNE - 1000 })]],
    [
      "the root has expired",
      leaf({ to: JUNE + 3 * 365 * DAY }),
      [authority({ to: JUNE + 3 * 365 * DAY })],
      JUNE + 300 * DAY,
    ],
    ["the leaf is signed with SHA-1", leaf({ hash: "sha1" }), [MIDDLE]],
    [
      "a CA exceeds its path length",
      leaf({ issuer: deep[0]! }),
      [MIDDLE, certificate({ subject: deep[0]!, issuer: middle, authority: true })],
    ],
    [
      "it has too many intermediates",
      leaf({ issuer: deep[4]! }),
      deep.map((one, i) => certificate({ subject: one, issuer: i === 0 ? root : deep[i - 1]!, authority: true })),
    ],
    [
      "its certificates issue each other",
      leaf({ issuer: deep[0]! }),
      [
        certificate({ subject: deep[0]!, issuer: deep[1]!, authority: true }),
        certificate({ subject: deep[1]!, issuer: deep[0]!, authority: true }),
      ],
    ],
  ])("when %s", async (_, last, others, now) => expect(await chain(last, others, ROOT, now)).toBeNull());

  test("when one bit of the leaf is changed", async () => {
    const der = Buffer.from(LEAF.replace(/-----.*?-----/g, ""), "base64");
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.nat(7), async (position, bit) => {
        const altered = Uint8Array.from(der);
        altered[position]! ^= 1 << bit;
        let parsed: Certificate;
        try {
          parsed = readCertificate(altered);
        } catch {
          return;
        }
        expect(await chainTo(readPem(ROOT), parsed, readPem(MIDDLE), JUNE)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

/** Certificates with a fake fetch, which records the requested URLs. */
function serving(answer: string | ((url: string) => Response | Promise<Response>) = LEAF + MIDDLE) {
  const requested: string[] = [];
  const certificates = openCertificates(async (url) => {
    requested.push(String(url));
    return typeof answer === "string" ? new Response(answer) : await answer(String(url));
  });
  return { requested, certificates };
}
const envWith =
  (roots: string, base = "") =>
  (name: string) =>
    name === "PAYPAL_TRUSTED_ROOTS" ? roots : name === "PAYPAL_BASE_URL" ? base : undefined;
const ADDRESS = "https://api.paypal.com/v1/notifications/certs/CERT-1";

async function codeOf(answer: ReturnType<ReturnType<typeof openCertificates>["keyAt"]>) {
  const found = await answer;
  if (!("authentic" in found)) return "a key";
  return found.refusal.retryLater ? `${found.refusal.code}, later` : found.refusal.code;
}

describe("keyAt fetches a certificate from", () => {
  test.each([
    ADDRESS,
    GENUINE_URL,
    "https://api-m.paypal.com/v1/notifications/certs/CERT-a_B-9",
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    "https://api-m.sandbox.paypal.com/v1/notifications/certs/CERT-1",
  ])("%s", async (url) => {
    const { certificates, requested } = serving();
    expect(await codeOf(certificates.keyAt(url, JUNE, envWith(ROOT)))).toBe("a key");
    expect(requested).toEqual([url]);
  });
  test.each(["http://127.0.0.1:4000/providers/paypal", "http://127.0.0.1:4000/providers/paypal/"])(
    "our own PAYPAL_BASE_URL %s",
    async (base) => {
      const { certificates, requested } = serving();
      const url = "http://127.0.0.1:4000/providers/paypal/v1/notifications/certs/CERT-1";
      expect(await codeOf(certificates.keyAt(url, JUNE, envWith(ROOT, base)))).toBe("a key");
      expect(requested).toEqual([url]);
    },
  );
});

describe("keyAt fetches nothing from", () => {
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
    [`https://аpi.paypal.com${path}`, HOST], // with a Cyrillic а
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
    const { certificates, requested } = serving();
    expect(await codeOf(certificates.keyAt(url, JUNE, envWith(ROOT, "http://127.0.0.1:4000/providers/paypal")))).toBe(
      code,
    );
    expect(requested).toEqual([]);
  });
});

describe("keyAt does not trust a certificate", () => {
  const other = party("paypal.com.evil.com", paypal.keys);
  test.each([
    ["is expired", leaf({ to: JUNE - 1000 }) + MIDDLE, "valid from"],
    ["is signed by another CA", leaf({ issuer: party("An authority") }) + MIDDLE, "DigiCert root"],
    ["is self-signed", leaf({ issuer: paypal }), "DigiCert root"],
    ["has another name", leaf({ subject: other }) + MIDDLE, "not in the name of paypal.com"],
    [
      "has a similar name",
      leaf({ subject: party("evilpaypal.com", paypal.keys), names: ["xpaypal.com"] }) + MIDDLE,
      "not in the name",
    ],
    [
      "has only other alternative names",
      leaf({ subject: other, names: ["a.example", "paypal.com.b"] }) + MIDDLE,
      "not in the name",
    ],
    ["is only the intermediate", MIDDLE, "not in the name"],
  ])("that %s", async (_, pem, reason) => {
    const { certificates } = serving(pem);
    const found = await certificates.keyAt(ADDRESS, JUNE, envWith(ROOT));
    expect(found).toMatchObject({
      authentic: false,
      refusal: { code: "certificate_not_trusted", detail: expect.stringContaining(reason) },
    });
  });
  test("with a root that is only served with it", async () => {
    const { certificates } = serving(LEAF + MIDDLE + ROOT);
    expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, envWith("")))).toBe("certificate_not_trusted");
    expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, envWith(DEVELOPMENT_ROOT)))).toBe("certificate_not_trusted");
  });
  test("without an RSA key", async () => {
    const { certificates } = serving(leaf({ subject: party(paypal.name, ecKeys("prime256v1")) }) + MIDDLE);
    expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, envWith(ROOT)))).toBe("certificate_not_trusted");
  });
  test("when PAYPAL_TRUSTED_ROOTS cannot be read, and says so", async () => {
    const { certificates } = serving();
    const found = await certificates.keyAt(
      ADDRESS,
      JUNE,
      envWith("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
    );
    expect(found).toMatchObject({ refusal: { detail: expect.stringContaining("PAYPAL_TRUSTED_ROOTS") } });
  });
});

test("keyAt trusts a certificate by an alternative name alone", async () => {
  const { certificates } = serving(
    leaf({ subject: party("x", paypal.keys), names: ["messageverificationcerts.paypal.com"] }) + MIDDLE,
  );
  expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, envWith(ROOT)))).toBe("a key");
});
test("keyAt accepts PAYPAL_TRUSTED_ROOTS with line ends written as \\n", async () => {
  const { certificates } = serving();
  expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, envWith(ROOT.replaceAll("\n", "\\n"))))).toBe("a key");
});

describe("keyAt rejects for now, as certificate_unreachable,", () => {
  test.each<[string, () => Response | Promise<Response>]>([
    ["PayPal cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
    ["PayPal answers 404", () => new Response("", { status: 404 })],
    ["PayPal answers 500", () => new Response("", { status: 500 })],
    ["PayPal redirects", () => new Response(null, { status: 302, headers: { location: "https://evil.com/cert" } })],
    ["the response contains no certificate", () => new Response("<html>")],
    [
      "the response contains an invalid certificate",
      () => new Response("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"),
    ],
    ["the response is too large", () => new Response(LEAF + MIDDLE + "x".repeat(65_536))],
    ["the response is empty", () => new Response(null)],
  ])("when %s", async (_, answer) => {
    const { certificates } = serving(answer);
    expect(await codeOf(certificates.keyAt(ADDRESS, JUNE, envWith(ROOT)))).toBe("certificate_unreachable, later");
  });

  test("when PayPal redirects, over HTTP, without following the redirect", async () => {
    const requested: string[] = [];
    const server = createServer((request, response) => {
      requested.push(request.url!);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const url = `${base}/v1/notifications/certs/CERT-1`;
      expect(await codeOf(openCertificates().keyAt(url, JUNE, envWith(ROOT, base)))).toBe(
        "certificate_unreachable, later",
      );
      expect(requested).toEqual(["/v1/notifications/certs/CERT-1"]);
    } finally {
      server.close();
    }
  });
});

describe("keyAt fetches a certificate again", () => {
  const codeAt = ({ certificates }: ReturnType<typeof serving>, now: number, url = ADDRESS, roots = ROOT) =>
    codeOf(certificates.keyAt(url, now, envWith(roots)));

  test("after one day, and not before", async () => {
    const server = serving();
    for (const later of [0, 60_000, DAY]) expect(await codeAt(server, JUNE + later)).toBe("a key");
    expect(server.requested).toHaveLength(1);
    expect(await codeAt(server, JUNE + DAY + 1)).toBe("a key");
    expect(server.requested).toHaveLength(2);
  });
  test("when it has expired, and does not trust it any more", async () => {
    const server = serving(leaf({ to: JUNE + 60_000 }) + MIDDLE);
    expect(await codeAt(server, JUNE)).toBe("a key");
    expect(await codeAt(server, JUNE + 60_001)).toBe("certificate_not_trusted");
  });
  test("and verifies it again for other roots", async () => {
    const server = serving();
    expect(await codeAt(server, JUNE)).toBe("a key");
    expect(await codeAt(server, JUNE, ADDRESS, "")).toBe("certificate_not_trusted");
  });
  test("not while it is being fetched", async () => {
    const server = serving();
    expect(await Promise.all(Array.from({ length: 20 }, () => codeAt(server, JUNE)))).toEqual(Array(20).fill("a key"));
    expect(server.requested).toHaveLength(1);
  });
  test("ten seconds after a failure, and not before", async () => {
    let down = true;
    const server = serving(() => (down ? new Response("", { status: 500 }) : new Response(LEAF + MIDDLE)));
    expect(await codeAt(server, JUNE)).toBe("certificate_unreachable, later");
    down = false;
    expect(await codeAt(server, JUNE + 9_999)).toBe("certificate_unreachable, later");
    expect(server.requested).toHaveLength(1);
    expect(await codeAt(server, JUNE + 10_000)).toBe("a key");
  });
  test("with at most five downloads at a time, which do not delay a cached certificate", async () => {
    let hold = false;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = serving(async () => {
      if (hold) await held;
      return new Response(LEAF + MIDDLE);
    });
    expect(await codeAt(server, JUNE)).toBe("a key");
    hold = true;
    const many = Array.from({ length: 9 }, (_, i) => codeAt(server, JUNE, `${ADDRESS}-${i}`));
    expect(await codeAt(server, JUNE)).toBe("a key");
    release();
    expect((await Promise.all(many)).sort()).toEqual([
      ...Array(5).fill("a key"),
      ...Array(4).fill("certificate_unreachable, later"),
    ]);
  });
  test("not because other URLs failed", async () => {
    const server = serving((url) =>
      url === ADDRESS ? new Response(LEAF + MIDDLE) : new Response("", { status: 404 }),
    );
    expect(await codeAt(server, JUNE)).toBe("a key");
    for (let i = 0; i < 200; i++)
      expect(await codeAt(server, JUNE, `${ADDRESS}-${i}`)).toBe("certificate_unreachable, later");
    expect(await codeAt(server, JUNE + 1)).toBe("a key");
    expect(server.requested.filter((url) => url === ADDRESS)).toHaveLength(1);
    await codeAt(server, JUNE, `${ADDRESS}-0`);
    expect(server.requested).toHaveLength(202); // The cache of failures is bounded.
  });
});

test("the stand-in serves a certificate that chains to its development CA and not to DigiCert", async () => {
  const answer = await createPaypal().handle(new Request("http://x"), CERTIFICATE_PATH);
  const [last, ...others] = readPem(await answer.text()) as [Certificate, ...Certificate[]];
  expect(last.names).toContain("messageverificationcerts.paypal.com");
  for (const now of [Date.UTC(2020, 1), Date.UTC(2045, 11)]) {
    expect(await chainTo(readPem(DEVELOPMENT_ROOT), last, others, now)).toHaveLength(2);
    expect(await chainTo(readPem(DIGICERT_ROOTS), last, others, now)).toBeNull();
  }
});
