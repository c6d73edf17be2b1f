/**
 * X.509 certificates (RFC 5280), as far as signed webhooks need them: parses a certificate and verifies its chain of
 * signatures up to a trusted root. Web Crypto cannot do this, and the libraries that can are larger than all of our
 * code.
 */
import { type Bytes, fromBase64 } from "../signature.ts";
import { bitString, type Der, elements, expect, oid, only, TAG, timeOf } from "./der.ts";

export interface Certificate {
  /** The part that the issuer signed (TBSCertificate). */
  signed: Bytes;
  /** The signature algorithm, as an object identifier. */
  algorithm: string;
  signature: Bytes;
  issuer: Bytes;
  subject: Bytes;
  /** The validity period in ms since the epoch, both ends inclusive. */
  from: number;
  to: number;
  /** The public key (SubjectPublicKeyInfo), in the form that Web Crypto imports. */
  key: Bytes;
  /** The common name and the DNS names of the subject alternative name, in lower case. */
  names: string[];
  /** Whether it may issue certificates (a CA certificate). */
  authority: boolean;
  /** The most CAs that may be between it and the leaf certificate. */
  pathLength: number;
  /** Whether it is valid for server authentication: the purpose for which CAs check the right to a domain name. */
  forServers: boolean;
}

/** The certificates in a PEM text. @throws Error when one of them cannot be parsed. */
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

/** Parses a certificate. @throws Error when it does not follow RFC 5280 or has a critical extension unknown here. */
export function readCertificate(der: Bytes): Certificate {
  const [signed, algorithm, signature] = elements(only(der, TAG.sequence).content);
  const fields = elements(expect(signed, TAG.sequence).content);
  if (fields[0]?.tag === 0xa0) fields.shift(); // version
  const [, innerAlgorithm, issuer, validity, subject, key, ...rest] = fields;
  const outerAlgorithm = expect(algorithm, TAG.sequence);
  if (!sameBytes(expect(innerAlgorithm, TAG.sequence).whole, outerAlgorithm.whole))
    throw new Error("a certificate names two different signature algorithms");
  const [from, to] = elements(expect(validity, TAG.sequence).content);
  const certificate: Certificate = {
    signed: signed!.whole,
    algorithm: oid(expect(elements(outerAlgorithm.content)[0], TAG.oid)),
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
      certificate.authority = authority?.tag === TAG.boolean && authority.content[0] === 0xff;
      if (pathLength)
        certificate.pathLength = expect(pathLength, TAG.integer).content.reduce((sum, byte) => sum * 256 + byte, 0);
    } else if (id === OID.keyUsage) {
      mayIssue = ((only(value, TAG.bits).content[1] ?? 0) & 0x04) !== 0; // keyCertSign
    } else if (id === OID.alternativeName) {
      const names = elements(only(value, TAG.sequence).content).filter(({ tag }) => tag === 0x82); // dNSName
      certificate.names.push(...names.map(({ content }) => lowerCaseText(content)));
    } else if (id === OID.purposes) {
      const purposes = elements(only(value, TAG.sequence).content).map(oid);
      certificate.forServers = purposes.includes(OID.server) || purposes.includes(OID.anyPurpose);
    } else if (critical && id !== OID.certificatePolicies) {
      throw new Error(`a certificate has a critical extension (${id}) that is not supported here`);
    }
  }
  certificate.authority &&= mayIssue;
  return certificate;
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
    .map(([, value]) => lowerCaseText(value?.content ?? new Uint8Array()));
}

const lowerCaseText = (bytes: Bytes) => new TextDecoder().decode(bytes).toLowerCase();

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const RSA = "RSASSA-PKCS1-v1_5";
/** The supported signature algorithms, by object identifier. No SHA-1, which can be forged. */
const ALGORITHMS: Record<string, { name: string; hash: string }> = {
  "1.2.840.113549.1.1.11": { name: RSA, hash: "SHA-256" },
  "1.2.840.113549.1.1.12": { name: RSA, hash: "SHA-384" },
  "1.2.840.113549.1.1.13": { name: RSA, hash: "SHA-512" },
  "1.2.840.10045.4.3.2": { name: "ECDSA", hash: "SHA-256" },
  "1.2.840.10045.4.3.3": { name: "ECDSA", hash: "SHA-384" },
};
/** The supported curves, by object identifier. `size` is that of a coordinate, in bytes. */
const CURVES: Record<string, { namedCurve: string; size: number }> = {
  "1.2.840.10045.3.1.7": { namedCurve: "P-256", size: 32 },
  "1.3.132.0.34": { namedCurve: "P-384", size: 48 },
};

/** Whether the key of `issuer` signed the certificate. False also for an unsupported algorithm. */
async function isSignedBy({ signed, signature, algorithm }: Certificate, issuer: Certificate): Promise<boolean> {
  const scheme = ALGORITHMS[algorithm];
  if (!scheme) return false;
  try {
    if (scheme.name === RSA) {
      const key = await crypto.subtle.importKey("spki", issuer.key, scheme, false, ["verify"]);
      return await crypto.subtle.verify(scheme, key, signature, signed);
    }
    const [keyAlgorithm] = elements(only(issuer.key, TAG.sequence).content);
    const { namedCurve, size } = CURVES[oid(expect(elements(keyAlgorithm!.content)[1], TAG.oid))]!;
    const key = await crypto.subtle.importKey("spki", issuer.key, { name: scheme.name, namedCurve }, false, ["verify"]);
    return await crypto.subtle.verify(scheme, key, fixedSize(signature, size), signed);
  } catch {
    return false; // The issuer's key is of another kind, or is not a key.
  }
}

/**
 * Converts an ECDSA signature from two DER integers, the form in certificates, to two fixed-size ones for Web Crypto.
 */
function fixedSize(signature: Bytes, size: number): Bytes {
  const signatureBytes = new Uint8Array(2 * size);
  elements(only(signature, TAG.sequence).content).forEach((integer, i) => {
    const digits = expect(integer, TAG.integer).content.subarray(integer.content[0] === 0 ? 1 : 0);
    signatureBytes.set(digits, (i + 1) * size - digits.length);
  });
  return signatureBytes;
}

/** The most intermediate CAs between the root and the leaf certificate. */
const MAX_INTERMEDIATES = 4;

/**
 * Finds a certificate chain from `leaf` up to one of `roots`: each certificate is signed by the next, and all are valid
 * at `now` (ms since the epoch). `others` are candidates for intermediates and are not trusted. Null when there is no
 * chain.
 */
export async function chainTo(
  roots: Certificate[],
  leaf: Certificate,
  others: Certificate[],
  now: number,
): Promise<Certificate[] | null> {
  const isValid = (certificate: Certificate) => certificate.from <= now && now <= certificate.to;

  async function extend(chain: Certificate[]): Promise<Certificate[] | null> {
    const last = chain.at(-1)!;
    // The path length of an issuer counts all CAs of the chain so far, without the leaf.
    const mayIssue = (issuer: Certificate) =>
      sameBytes(issuer.subject, last.issuer) &&
      issuer.authority &&
      issuer.forServers &&
      isValid(issuer) &&
      issuer.pathLength >= chain.length - 1;
    for (const root of roots.filter(mayIssue)) if (await isSignedBy(last, root)) return [...chain, root];
    if (chain.length > MAX_INTERMEDIATES) return null;
    for (const issuer of others.filter(mayIssue)) {
      if (chain.includes(issuer) || !(await isSignedBy(last, issuer))) continue;
      const complete = await extend([...chain, issuer]);
      if (complete) return complete;
    }
    return null;
  }
  return isValid(leaf) && leaf.forServers ? await extend([leaf]) : null;
}
