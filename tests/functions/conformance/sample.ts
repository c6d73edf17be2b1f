/**
 * What the conformance suites have to know of one provider. Its file is samples/<name>.ts, found by the provider's name
 * in the registry.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "../../../functions/_shared/platform/environment.ts";
import type { Checkout, CreatedPayment } from "../../../functions/_shared/providers/payment_gateway.ts";

/** Its webhooks. */
export interface WebhookSample {
  /** The function secret that its webhooks are checked by, and two values that it may have. */
  secretName: string;
  secrets: readonly [string, string];
  /** Other variables that the check needs. */
  env?: Record<string, string>;
  /** What a genuine webhook is believed to be; `unconfirmed` where its API is asked before anything moves. */
  trust: "signed" | "unconfirmed";
  /** Whether the signature covers the body. False where a header repeats the secret, whatever the body says. */
  coversBody: boolean;
  /** Bodies of its webhooks by name: every kind that its documentation shows. */
  bodies: Record<string, string>;
  /**
   * The headers of a genuine request with this body. Written without functions/: by the simulator or the provider's own
   * library, so that the two check each other. `base`: where the stand-in for its API is, if it has one.
   */
  headers(body: string, secret: string, now: number, base: string): Record<string, string>;
}

/** Paying there. The stand-in of its name in local/providers takes the payments. */
export interface GatewaySample {
  /** A checkout that can be paid there. */
  payable: Checkout;
  /** One that cannot, for its currency. */
  unpayable: Checkout;
  /**
   * Whether asking twice for one checkout makes one payment. False where the provider knows no two calls for the same.
   */
  idempotent: boolean;
  /**
   * Where the buyer only approves, and we take the money then: takes it. Resolves to the provider's id of the payment.
   */
  capture?(created: CreatedPayment, env: Environment): Promise<string>;
}

/** Every JSON file of tests/fixtures/<provider>, by name, but those whose names match `not`: what is no webhook. */
export function fixtures(provider: string, not = /^$/): Record<string, string> {
  const folder = fileURLToPath(new URL(`../../fixtures/${provider}`, import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith(".json") && !not.test(file));
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(folder, file), "utf8")]));
}

/** A new body of every type that the simulator makes. */
export const made = (types: readonly string[], event: (type: string) => string): Record<string, string> =>
  Object.fromEntries(types.map((type) => [type, event(type)]));
