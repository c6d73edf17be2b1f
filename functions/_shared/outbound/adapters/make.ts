/**
 * make.com custom webhooks: Standard Webhooks, an optional key, and answers that mean something of their own.
 * 200 "Accepted" means queued, not done. What an error means is told by its text as much as by its status.
 */
import { type HttpAdapter, type Outcome, outcomeByStatus, settingName } from "../adapter.ts";
import { standardWebhook } from "./standard_webhook.ts";

export const makeWebhook: HttpAdapter = {
  async headers(delivery, secrets, env, now) {
    const key = env(settingName(delivery.destination, "API_KEY"));
    return { ...(await standardWebhook.headers(delivery, secrets, env, now)), ...(key && { "x-make-apikey": key }) };
  },
  outcomeOf(answer) {
    const meant = MEANINGS.find(
      ({ status, body }) => status.includes(answer.status) && (body?.test(answer.body) ?? true),
    );
    if (!meant) return outcomeByStatus(answer);
    const said = answer.body.trim().slice(0, 200);
    return {
      outcome: meant.outcome,
      error: `make.com answered ${answer.status}${said && ` ("${said}")`}: ${meant.means}`,
    };
  },
};

interface Meaning {
  status: number[];
  /** What its text must hold. */
  body?: RegExp;
  outcome: Exclude<Outcome["outcome"], "delivered">;
  /** And what to do about it. */
  means: string;
}

/** The first that fits. */
const MEANINGS: Meaning[] = [
  {
    status: [400],
    body: /queue is full/i,
    outcome: "retry",
    means: "its scenario does not keep up. Let it run more often, or raise the plan's queue.",
  },
  {
    status: [400],
    outcome: "refused",
    means:
      "it will never take this data. Compare it with the webhook's data structure in make.com, then replay the delivery.",
  },
  {
    status: [401, 403],
    outcome: "retry",
    means:
      "the webhook asks for another key. Set the function secret <NAME>_API_KEY (MAKE_API_KEY) to one of its API keys in make.com.",
  },
  {
    status: [404],
    outcome: "retry",
    means:
      "it knows no such webhook. Set <NAME>_WEBHOOK_URL (MAKE_WEBHOOK_URL) to the address that the scenario's webhook shows.",
  },
  {
    // An error switches a scenario off, by default at the first: nothing is lost by waiting for a person.
    status: [410],
    body: /no scenario listening/i,
    outcome: "gone",
    means:
      "the scenario is off, perhaps because of an error in it. Look at its history, switch it on in make.com, then resume.",
  },
  {
    status: [410],
    outcome: "gone",
    means:
      "the webhook was deleted, or belonged to no scenario for five days. Put it into a scenario, or set the new one's address, then resume.",
  },
  { status: [413], outcome: "refused", means: "it takes at most 5 MB. Route less to it." },
  {
    status: [429],
    outcome: "retry",
    means: "it takes at most 300 requests in 10 s per webhook. Lower the destination's max_per_second.",
  },
  {
    status: [500],
    body: /scenario failed/i,
    outcome: "retry",
    means: "the scenario failed on this message. Its history in make.com says where.",
  },
];
