/**
 * Stand-ins for the receivers of make.com and Railway, at `/receivers/<name>` of a stack that may be broken on purpose.
 * They take whatever comes, as their mode says.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** well: 200. slow: 200 after some seconds. failing: 500. off: the connection breaks. */
export const MODES = ["well", "slow", "failing", "off"] as const;
export type Mode = (typeof MODES)[number];

const NAMES = ["make", "railway", "railway_stripe"] as const;
export type ReceiverName = (typeof NAMES)[number];

/** Less than the timeout of a destination: 15 s. */
const SLOW_MS = 5_000;

export interface Receivers {
  modes: Record<ReceiverName, Mode>;
  /** Answers a request to `/receivers/…`. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The variables that send there what `env` sends nowhere. */
export function receiverEnvironment(origin: string, env: Record<string, string>): Record<string, string> {
  const addresses = NAMES.map((name) => [`${name.toUpperCase()}_WEBHOOK_URL`, `${origin}/receivers/${name}`] as const);
  return Object.fromEntries(addresses.filter(([name]) => !env[name]));
}

export function createReceivers(): Receivers {
  const modes: Receivers["modes"] = { make: "well", railway: "well", railway_stripe: "well" };
  return {
    modes,
    async handle(request, response) {
      const name = /^\/receivers\/([a-z_]+)(?=[/?]|$)/.exec(request.url!)?.[1];
      if (name === undefined || !Object.hasOwn(modes, name)) return void response.writeHead(404).end();
      const mode = modes[name as ReceiverName];
      if (mode === "off") return void request.socket.destroy();
      for await (const _ of request);
      if (mode === "slow") await delay(SLOW_MS);
      response.writeHead(mode === "failing" ? 500 : 200).end(mode === "failing" ? "Broken on purpose" : "Accepted");
    },
  };
}
