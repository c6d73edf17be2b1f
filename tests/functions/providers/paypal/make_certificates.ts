/**
 * Generates valid and invalid certificates for tests, with a DER writer that shares no code with the reader in
 * functions/.
 */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

const tlv = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
};
const sequence = (...parts: Uint8Array[]) => tlv(0x30, ...parts);
const text = (tag: number, value: string) => tlv(tag, Buffer.from(value));
const integer = (value: number) => tlv(2, Buffer.from([value]));
const bits = (...bytes: number[]) => tlv(3, Buffer.from([0, ...bytes]));
const derTrue = tlv(1, Buffer.from([0xff]));

function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split(".").map(Number) as [number, number, ...number[]];
  const arcs = [40 * first + second, ...rest].flatMap((arc) => {
    const bytes = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
    return bytes;
  });
  return tlv(6, Buffer.from(arcs));
}

const time = (ms: number) => {
  const digits = new Date(ms).toISOString().replace(/\D/g, "").slice(0, 14);
  return ms < Date.UTC(2050, 0) ? text(0x17, `${digits.slice(2)}Z`) : text(0x18, `${digits}Z`);
};
const named = (name: string) => sequence(tlv(0x31, sequence(oid("2.5.4.3"), text(0x0c, name))));
const extension = (id: string, value: Uint8Array, critical = false) =>
  sequence(oid(id), ...(critical ? [derTrue] : []), tlv(4, value));

export interface Keys {
  publicKey: KeyObject;
  privateKey: KeyObject;
}
export const rsaKeys = (): Keys => generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ecKeys = (namedCurve: string): Keys => generateKeyPairSync("ec", { namedCurve });

/** A subject or issuer: a name and a key pair. */
export interface Party {
  name: string;
  keys: Keys;
}

export interface Wanted {
  subject: Party;
  issuer: Party;
  from?: number;
  to?: number;
  authority?: boolean;
  pathLength?: number;
  /** Whether its key may sign certificates. Default: no key usage extension. */
  mayIssue?: boolean;
  /** Alternative names. */
  names?: string[];
  /** Extended key usages. Default: serverAuth, none for a CA. */
  purposes?: string[];
  /** An unknown extension. */
  unknown?: "critical" | "harmless";
  hash?: "sha1" | "sha256" | "sha384" | "sha512";
}

export const JUNE = Date.parse("2026-06-01T00:00:00Z");
const YEAR = 365 * 86_400_000;
const RSA = { sha1: 5, sha256: 11, sha384: 12, sha512: 13 };
const EC = { sha1: "1", sha256: "3.2", sha384: "3.3", sha512: "3.4" };

/** A certificate as PEM. Default validity: one year around June 2026. */
export function certificate(wanted: Wanted): string {
  const { subject, issuer, from = JUNE - YEAR / 2, to = JUNE + YEAR / 2, authority = false, hash = "sha256" } = wanted;
  const { names = [], purposes = authority ? [] : ["1.3.6.1.5.5.7.3.1"], pathLength, mayIssue, unknown } = wanted;
  const isEc = issuer.keys.privateKey.asymmetricKeyType === "ec";
  const algorithm = isEc
    ? sequence(oid(`1.2.840.10045.4.${EC[hash]}`))
    : sequence(oid(`1.2.840.113549.1.1.${RSA[hash]}`), tlv(5));
  const extensions = [
    extension(
      "2.5.29.19",
      authority ? sequence(derTrue, ...(pathLength === undefined ? [] : [integer(pathLength)])) : sequence(),
      true,
    ),
    ...(mayIssue === undefined ? [] : [extension("2.5.29.15", bits(mayIssue ? 0x04 : 0x80), true)]),
    ...(names.length ? [extension("2.5.29.17", sequence(...names.map((name) => text(0x82, name))))] : []),
    ...(purposes.length ? [extension("2.5.29.37", sequence(...purposes.map(oid)))] : []),
    ...(unknown ? [extension("1.2.3.4", tlv(5), unknown === "critical")] : []),
  ];
  const signed = sequence(
    tlv(0xa0, integer(2)),
    integer(7),
    algorithm,
    named(issuer.name),
    sequence(time(from), time(to)),
    named(subject.name),
    subject.keys.publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensions)),
  );
  return toPem(sequence(signed, algorithm, bits(...sign(hash, signed, issuer.keys.privateKey))));
}

function toPem(der: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString("base64")}\n-----END CERTIFICATE-----\n`;
}
