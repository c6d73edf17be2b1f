/** Sends webhooks as the providers do, until they are taken, and keeps what was answered. */
import { createHash } from "node:crypto";
import { lettersOf } from "../body.ts";
import { fapshiHeaders } from "../providers/fapshi.ts";
import { paypal } from "../providers/paypal.ts";
import { stripeHeaders } from "../providers/stripe.ts";
import { whopHeaders } from "../providers/whop.ts";
import { timeoutSignal } from "../timeout_signal.ts";
import type { SentEvent } from "./history.ts";
import type { Forgery } from "./plan.ts";

export type Provider = "stripe" | "paypal" | "fapshi" | "whop";

const TIMEOUT_MS = 30_000;

export interface Webhook {
  provider: Provider;
  type: string;
  body: string;
  checkout: string | null;
}

export interface Postbox {
  /** All that was sent, by event. */
  readonly sent: SentEvent[];
  /** Sends it so often at once. Resolves to whether one was taken. Rejects when the signal gives up. */
  send(webhook: Webhook, copies?: number): Promise<boolean>;
  /** Sends what no provider sent. */
  forge(webhook: Webhook, how: Forgery): Promise<void>;
  /** The authentic events that were not taken yet are sent again. Resolves to how many still are not. */
  resend(): Promise<number>;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export function openPostbox(functionsUrl: string, env: Record<string, string>, stop?: AbortSignal): Postbox {
  const events = new Map<string, { webhook: Webhook; record: SentEvent }>();

  function recordOf(webhook: Webhook, authentic: boolean, keptUnconfirmed = false): SentEvent {
    const { provider, type, checkout, body } = webhook;
    const key = `${provider} ${authentic} ${body}`;
    const known = events.get(key);
    if (known) return known.record;
    const record = { provider, type, sha256: sha256(body), authentic, keptUnconfirmed, checkout, answers: [] };
    events.set(key, { webhook, record });
    return record;
  }

  async function headersOf({ provider, body }: Webhook): Promise<Record<string, string>> {
    switch (provider) {
      case "stripe":
        return stripeHeaders(body, env.STRIPE_WEBHOOK_SECRET!);
      case "fapshi":
        return fapshiHeaders(body, env.FAPSHI_WEBHOOK_SECRET!);
      case "whop":
        return whopHeaders(body, env.WHOP_WEBHOOK_SECRET!);
      case "paypal":
        return await paypal.headers(body, `${functionsUrl}/paypal`);
    }
  }

  async function post(record: SentEvent, body: string, headers: Record<string, string>): Promise<boolean> {
    const answer = { at: Date.now(), status: 0, id: null as string | null };
    try {
      const response = await fetch(`${functionsUrl}/${record.provider}`, {
        method: "POST",
        headers,
        body,
        signal: timeoutSignal(TIMEOUT_MS, stop),
      });
      const text = await response.text();
      answer.status = response.status;
      if (response.ok) answer.id = JSON.parse(text).id ?? null;
    } catch {
      stop?.throwIfAborted();
      // status 0
    }
    record.answers.push(answer);
    return answer.status >= 200 && answer.status < 300;
  }

  async function send(webhook: Webhook, copies = 1): Promise<boolean> {
    const record = recordOf(webhook, true);
    const headers = await headersOf(webhook);
    const taken = await Promise.all(Array.from({ length: copies }, () => post(record, webhook.body, headers)));
    return taken.includes(true);
  }

  return {
    get sent() {
      return [...events.values()].map(({ record }) => record);
    },
    send,
    async forge(webhook, how) {
      const { provider, body } = webhook;
      const headers = await headersOf(webhook);
      const signature = {
        stripe: "stripe-signature",
        fapshi: "x-wh-secret",
        paypal: "paypal-transmission-sig",
        whop: "webhook-signature",
      }[provider];
      let sent = webhook;
      if (how === "unsigned") delete headers[signature];
      if (how === "wrong secret") headers[signature] = wrong(headers[signature]!);
      if (how === "altered") sent = { ...webhook, body: body.replace(/"(id)":\s*"(\w)/, '"$1":"x$2') };
      await post(recordOf(sent, false, how === "unknown to the API"), sent.body, headers);
    },
    async resend() {
      const open = [...events.values()].filter(
        ({ record }) => record.authentic && !record.answers.some(({ status }) => status >= 200 && status < 300),
      );
      let left = 0;
      for (const { webhook } of open) if (!(await send(webhook))) left++;
      return left;
    },
  };
}

/** As long as the right one, and of the same form. */
function wrong(signature: string): string {
  const end = signature.slice(-16);
  return signature.slice(0, -16) + lettersOf(16, end);
}
