/**
 * make.com custom webhooks: Standard Webhooks, an optional API key, and answers with meanings of make.com's own.
 * 200 "Accepted" means queued, not done. What an error means depends on its text as well as its status.
 */
import { type HttpAdapter, type Outcome, outcomeByStatus, settingName } from "../adapter.ts";
import { standardWebhook } from "./standard_webhook.ts";

export const makeWebhook: HttpAdapter = {
  async headers(delivery, secrets, env, now) {
    const key = env(settingName(delivery.destination, "API_KEY"));
    return { ...(await standardWebhook.headers(delivery, secrets, env, now)), ...(key && { "x-make-apikey": key }) };
  },
  outcomeOf(answer) {
    const meaning = MEANINGS.find(
      ({ status, body }) => status.includes(answer.status) && (body?.test(answer.body) ?? true),
    );
    if (!meaning) return outcomeByStatus(answer);
    const excerpt = answer.body.trim().slice(0, 200);
    return {
      outcome: meaning.outcome,
      error: `make.com answered ${answer.status}${excerpt && ` ("${excerpt}")`}: ${meaning.advice}`,
    };
  },
};

interface Meaning {
  status: number[];
  /** What the answer's text must contain. */
  body?: RegExp;
  outcome: Exclude<Outcome["outcome"], "delivered">;
  /** What is wrong, and what to do about it. */
  advice: string;
}

/** The first that matches counts. */
const MEANINGS: Meaning[] = [
  {
    status: [400],
    body: /queue is full/i,
    outcome: "retry",
    advice: "the scenario does not keep up. Let it run more often, or raise the plan's queue.",
  },
  {
    status: [400],
    outcome: "refused",
    advice:
      "it will never take this data. Compare it with the webhook's data structure in make.com, then replay the delivery.",
  },
  {
    status: [401, 403],
    outcome: "retry",
    advice:
      "the webhook asks for another key. Set the function secret <NAME>_API_KEY (MAKE_API_KEY) to one of its API keys in make.com.",
  },
  {
    status: [404],
    outcome: "retry",
    advice:
      "it knows no such webhook. Set <NAME>_WEBHOOK_URL (MAKE_WEBHOOK_URL) to the address that the scenario's webhook shows.",
  },
  {
    // By default the first error switches a scenario off. Nothing is lost by waiting for an admin.
    status: [410],
    body: /no scenario listening/i,
    outcome: "gone",
    advice:
      "the scenario is off, perhaps because of an error in it. Look at its history, switch it on in make.com, then resume.",
  },
  {
    status: [410],
    outcome: "gone",
    advice:
      "the webhook was deleted, or belonged to no scenario for five days. Put it into a scenario, or set the new one's address, then resume.",
  },
  { status: [413], outcome: "refused", advice: "it takes at most 5 MB. Route less to it." },
  {
    status: [429],
    outcome: "retry",
    advice: "it takes at most 300 requests in 10 s per webhook. Lower the destination's max_per_second.",
  },
  {
    status: [500],
    body: /scenario failed/i,
    outcome: "retry",
    advice: "the scenario failed on this message. Its history in make.com says where.",
  },
];
