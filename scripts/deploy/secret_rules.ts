/** What `npm run deploy` refuses as a hosted project's secrets: each complaint names variables, never a value. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root that `npm start` and the tests sign PayPal's webhooks with: its key is in this repository. */
const DEVELOPMENT_ROOT = fileURLToPath(new URL("../../local/providers/paypal_development/ca.pem", import.meta.url));

/**
 * Variables whose values in .env.example are for development only: public, so that they protect nothing, or of one
 * machine.
 */
const DEVELOPMENT = /_(SECRET|KEY|TOKEN|WEBHOOK_ID)$|^(OUTBOUND_ALLOW_LOOPBACK|STOREFRONT_URL)$/;
/** What others prove to us, or we to others, who they are. May hold two, with a space between. */
const PROOF = /_(WEBHOOK_SECRET|SIGNING_SECRET|PULL_KEY)$|^(HEALTH_KEY|FUNCTIONS_ROLE_PASSWORD)$/;
/** Where functions send things, or ask. */
const ADDRESS = /_URL$/;
/** Without its prefix. The shortest that a provider makes has 32. */
const MIN_LENGTH = 24;
const MIN_DISTINCT = 10;

type Values = Record<string, string>;

/**
 * @param given What the file sets. @param example Of .env.example.
 * @param trial The project is only a trial: whatever only harms it is accepted.
 */
export function complaintsAbout(given: Values, example: Values, trial: boolean): string[] {
  const names = Object.keys(example).filter((name) => given[name]);
  const always = developmentRoots(given);
  return trial
    ? always
    : [
        ...always,
        ...knownToAll(names, given, example),
        ...weak(names, given, example),
        ...usedTwice(names, given),
        ...unsafe(names, given),
      ];
}

const valuesOf = (text: string) => text.split(/\s+/).filter(Boolean);

function knownToAll(names: string[], given: Values, example: Values): string[] {
  const shared = names.filter((name) => DEVELOPMENT.test(name) && isShared(name, given, example));
  return shared.length === 0
    ? []
    : [
        `${shared.join(", ")}: still as in .env.example, which is public: anybody could sign with it. ` +
          "Put your own into the file (.env.example says where to find each), or leave it empty; " +
          "for a project that is only a trial, add --allow-development-secrets.",
      ];
}

function isShared(name: string, given: Values, example: Values): boolean {
  const known = valuesOf(example[name]!);
  return valuesOf(given[name]!).some((value) => known.includes(value));
}

function weak(names: string[], given: Values, example: Values): string[] {
  const found = names.filter(
    (name) =>
      PROOF.test(name) &&
      !isShared(name, given, example) &&
      valuesOf(given[name]!).some((value) => {
        const secret = value.replace(/^(whsec|ws)_/, "");
        return secret.length < MIN_LENGTH || new Set(secret).size < MIN_DISTINCT;
      }),
  );
  return found.map(
    (name) =>
      `${name}: can be guessed. It needs at least ${MIN_LENGTH} characters (besides whsec_), ${MIN_DISTINCT} of them ` +
      "different: make one with `openssl rand -base64 32`, and set the same at the other side.",
  );
}

function usedTwice(names: string[], given: Values): string[] {
  const proofs = names.filter((name) => PROOF.test(name));
  return proofs.flatMap((name, n) => {
    const others = proofs.slice(n + 1).filter((other) => {
      const values = valuesOf(given[other]!);
      return valuesOf(given[name]!).some((value) => values.includes(value));
    });
    return others.map(
      (other) => `${name}, ${other}: hold the same secret, so that who knows one knows both. Make one for each.`,
    );
  });
}

/** What is for the machine of a developer, and opens a hosted project. */
function unsafe(names: string[], given: Values): string[] {
  const complaints = names
    .filter((name) => ADDRESS.test(name) && valuesOf(given[name]!).some((url) => !isSafe(name, url)))
    .map((name) => `${name}: is no https:// address. What is sent there, secrets too, could be read on the way.`);
  if (given.OUTBOUND_ALLOW_LOOPBACK && given.OUTBOUND_ALLOW_LOOPBACK !== "false")
    complaints.push(
      "OUTBOUND_ALLOW_LOOPBACK: lets the courier call what listens inside the platform. Leave it out on a hosted project.",
    );
  if (given.PAYPAL_TRUSTED_ROOTS)
    complaints.push(
      "PAYPAL_TRUSTED_ROOTS: whoever has a key below one of these roots can send PayPal's webhooks. Leave it out: " +
        "the code knows PayPal's root; if PayPal changed it, set PAYPAL_VERIFY to api.",
    );
  return complaints;
}

/** Apps come back by a scheme of their own (STOREFRONT_URL). */
function isSafe(name: string, address: string): boolean {
  return address.startsWith("https://") || (name === "STOREFRONT_URL" && !address.startsWith("http://"));
}

function developmentRoots({ PAYPAL_TRUSTED_ROOTS = "" }: Values): string[] {
  const base64 = (pem: string) => pem.replaceAll("\\n", "").replace(/-----[A-Z ]+-----|\s/g, "");
  return base64(PAYPAL_TRUSTED_ROOTS).includes(base64(readFileSync(DEVELOPMENT_ROOT, "utf8")))
    ? [
        "PAYPAL_TRUSTED_ROOTS: holds the root of development, whose key is public: anybody could send PayPal's webhooks. " +
          "Leave it out.",
      ]
    : [];
}
