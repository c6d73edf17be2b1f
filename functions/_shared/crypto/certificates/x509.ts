/**
 * X.509 certificates (RFC 5280), as far as a signed webhook needs them: reading one, and proving by a chain of signatures that
 * a trusted root stands behind it. Web Crypto has no such thing, and the libraries that do weigh more than all of our code.
 */
import { type Bytes, fromBase64 } from "../signature.ts";
import { bitString, type Der, elements, expect, oid, only, TAG, timeOf } from "./der.ts";

export interface Certificate {
  /** The part that its issuer signed. */
  signed: Bytes;
  /** By which algorithm, as an object identifier. */
  algorithm: string;
  signature: Bytes;
  issuer: Bytes;
  subject: Bytes;
  /** ms since the epoch, both inclusive. */
  from: number;
  to: number;
  /** The public key (SubjectPublicKeyInfo), as Web Crypto imports it. */
  key: Bytes;
  /** The names it is for: those of the subject alternative name, and the common name. In lower case. */
  names: string[];
  /** Whether it may issue certificates. */
  authority: boolean;
  /** How many authorities may stand between it and the last certificate. */
  pathLength: number;
  /** Whether it may stand for a server: the only purpose that authorities check the right to a domain name for. */
  forServers: boolean;
}

/** The certificates in a PEM text. @throws Error when one of them cannot be read. */
export function readPem(text: string): Certificate[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)].map(
    ([, base64]) => {
      const der = fromBase64(base64!.replace(/\s/g, ""));
      if (!der) throw new Error("a certificate is not base64");
      return readCertificate(der);
    },
  );
}

const OID = {
  commonName: "2.5.4.3",
  keyUsage: "2.5.29.15",
  alternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  certificatePolicies: "2.5.29.32",
  purposes: "2.5.29.37",
  anyPurpose: "2.5.29.37.0",
  server: "1.3.6.1.5.5.7.3.1",
};

/** Reads one. @throws Error when it is not as RFC 5280 has it, or holds a critical extension that is not understood here. */
export function readCertificate(der: Bytes): Certificate {
  const [signed, algorithm, signature] = elements(only(der, TAG.sequence).content);
  const fields = elements(expect(signed, TAG.sequence).content);
  if (fields[0]?.tag === 0xa0) fields.shift(); // the version
  const [, innerAlgorithm, issuer, validity, subject, key, ...rest] = fields;
  const named = expect(algorithm, TAG.sequence);
  if (!sameBytes(expect(innerAlgorithm, TAG.sequence).whole, named.whole))
    throw new Error("a certificate names two signature algorithms");
  const [from, to] = elements(expect(validity, TAG.sequence).content);
  const read: Certificate = {
    signed: signed!.whole,
    algorithm: oid(expect(elements(named.content)[0], TAG.oid)),
    signature: bitString(signature),
    issuer: expect(issuer, TAG.sequence).whole,
    subject: expect(subject, TAG.sequence).whole,
    from: timeOf(from),
    to: timeOf(to),
    key: expect(key, TAG.sequence).whole,
    names: commonNames(subject!),
    authority: false,
    pathLength: Number.POSITIVE_INFINITY,
    forServers: true,
  };
  let mayIssue = true;
  const extensions = rest.find(({ tag }) => tag === 0xa3);
  for (const { id, critical, value } of extensions ? extensionsOf(extensions) : []) {
    if (id === OID.basicConstraints) {
      const [authority, pathLength] = elements(only(value, TAG.sequence).content);
      read.authority = authority?.tag === TAG.boolean && authority.content[0] === 0xff;
      if (pathLength)
        read.pathLength = expect(pathLength, TAG.integer).content.reduce((sum, byte) => sum * 256 + byte, 0);
    } else if (id === OID.keyUsage) {
      mayIssue = ((only(value, TAG.bits).content[1] ?? 0) & 0x04) !== 0; // keyCertSign
    } else if (id === OID.alternativeName) {
      const names = elements(only(value, TAG.sequence).content).filter(({ tag }) => tag === 0x82); // dNSName
      read.names.push(...names.map(({ content }) => words(content)));
    } else if (id === OID.purposes) {
      const purposes = elements(only(value, TAG.sequence).content).map(oid);
      read.forServers = purposes.includes(OID.server) || purposes.includes(OID.anyPurpose);
    } else if (critical && id !== OID.certificatePolicies) {
      throw new Error(`a certificate has a critical extension (${id}) that is not understood here`);
    }
  }
  read.authority &&= mayIssue;
  return read;
}

function extensionsOf(field: Der) {
  return elements(only(field.content, TAG.sequence).content).map((extension) => {
    const parts = elements(expect(extension, TAG.sequence).content);
    const critical = parts[1]?.tag === TAG.boolean && parts[1].content[0] !== 0;
    return { id: oid(expect(parts[0], TAG.oid)), critical, value: expect(parts.at(-1), TAG.octets).content };
  });
}

function commonNames(subject: Der): string[] {
  return elements(subject.content)
    .flatMap((set) => elements(expect(set, TAG.set).content))
    .map((attribute) => elements(expect(attribute, TAG.sequence).content))
    .filter(([type]) => oid(expect(type, TAG.oid)) === OID.commonName)
    .map(([, value]) => words(value?.content ?? new Uint8Array()));
}

const words = (bytes: Bytes) => new TextDecoder().decode(bytes).toLowerCase();

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const RSA = "RSASSA-PKCS1-v1_5";
/** How issuers sign. No SHA-1: it can be forged. */
const ALGORITHMS: Record<string, { name: string; hash: string }> = {
  "1.2.840.113549.1.1.11": { name: RSA, hash: "SHA-256" },
  "1.2.840.113549.1.1.12": { name: RSA, hash: "SHA-384" },
  "1.2.840.113549.1.1.13": { name: RSA, hash: "SHA-512" },
  "1.2.840.10045.4.3.2": { name: "ECDSA", hash: "SHA-256" },
  "1.2.840.10045.4.3.3": { name: "ECDSA", hash: "SHA-384" },
};
/** By object identifier, with the bytes of a coordinate. */
const CURVES: Record<string, { namedCurve: string; size: number }> = {
  "1.2.840.10045.3.1.7": { namedCurve: "P-256", size: 32 },
  "1.3.132.0.34": { namedCurve: "P-384", size: 48 },
};

/** Whether the key of `issuer` signed `certificate`. False too for an algorithm that is not known here. */
export async function isSignedBy({ signed, signature, algorithm }: Certificate, issuer: Certificate): Promise<boolean> {
  const by = ALGORITHMS[algorithm];
  if (!by) return false;
  try {
    if (by.name === RSA) {
      const key = await crypto.subtle.importKey("spki", issuer.key, by, false, ["verify"]);
      return await crypto.subtle.verify(by, key, signature, signed);
    }
    const [keyAlgorithm] = elements(only(issuer.key, TAG.sequence).content);
    const { namedCurve, size } = CURVES[oid(expect(elements(keyAlgorithm!.content)[1], TAG.oid))]!;
    const key = await crypto.subtle.importKey("spki", issuer.key, { name: by.name, namedCurve }, false, ["verify"]);
    return await crypto.subtle.verify(by, key, fixedSize(signature, size), signed);
  } catch {
    return false; // a key of another kind, or none at all
  }
}

/** Certificates hold an ECDSA signature as two integers in DER; Web Crypto takes the two at their full size. */
function fixedSize(signature: Bytes, size: number): Bytes {
  const both = new Uint8Array(2 * size);
  elements(only(signature, TAG.sequence).content).forEach((integer, i) => {
    const digits = expect(integer, TAG.integer).content.subarray(integer.content[0] === 0 ? 1 : 0);
    both.set(digits, (i + 1) * size - digits.length);
  });
  return both;
}

/** Authorities between the root and the last certificate, at most. */
const LONGEST = 4;

/**
 * The way from `leaf` up to one of `roots`, each certificate signed by the next, all of them valid at `now` (ms). `others` may stand
 * in between, and are believed nothing. Null when there is no such way.
 */
export async function chainTo(
  roots: Certificate[],
  leaf: Certificate,
  others: Certificate[],
  now: number,
): Promise<Certificate[] | null> {
  const isValid = (one: Certificate) => one.from <= now && now <= one.to;

  async function upFrom(chain: Certificate[]): Promise<Certificate[] | null> {
    const last = chain.at(-1)!;
    // Every authority so far, the leaf not counted, stands below whoever comes next.
    const mayIssue = (one: Certificate) =>
      sameBytes(one.subject, last.issuer) &&
      one.authority &&
      one.forServers &&
      isValid(one) &&
      one.pathLength >= chain.length - 1;
    for (const root of roots.filter(mayIssue)) if (await isSignedBy(last, root)) return [...chain, root];
    if (chain.length > LONGEST) return null;
    for (const one of others.filter(mayIssue)) {
      if (chain.includes(one) || !(await isSignedBy(last, one))) continue;
      const found = await upFrom([...chain, one]);
      if (found) return found;
    }
    return null;
  }
  return isValid(leaf) && leaf.forServers ? await upFrom([leaf]) : null;
}
