/** What happened at Fathom: the meetings that were recorded. */

import { sha256, toHex } from "../../crypto/signature.ts";
import { messageOf, type ProviderHistory, type ProviderMessage } from "../provider_history.ts";
import { openFathom } from "./api.ts";
import { fathom } from "./webhook.ts";

export const fathomHistory: ProviderHistory = {
  requiredEnv: ["FATHOM_API_KEY"],
  listKind: "objects",

  async *listSince(env, since, until, signal) {
    for await (const page of openFathom(env).meetings(since, until, signal))
      yield await Promise.all(page.map(messageAbout));
  },
};

/** A meeting as a webhook, whose id and time are in its headers. Other content of the same meeting is another event. */
async function messageAbout(meeting: unknown): Promise<ProviderMessage> {
  const message = messageOf(meeting);
  try {
    const { subject, occurredAt } = fathom.read(meeting, new Headers());
    const digest = await sha256(message.text);
    return {
      ...message,
      headers: {
        "webhook-id": `confirmed:${encodeURIComponent(subject)}:${toHex(digest.slice(0, 8))}`,
        "webhook-timestamp": String(Math.floor(Date.parse(occurredAt) / 1000)),
      },
    };
  } catch {
    return message; // it cannot be read: it is received all the same, and shown with the reason
  }
}
