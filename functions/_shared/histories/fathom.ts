/** What happened at Fathom: the meetings that were recorded. */
import { openFathom } from "../apis/fathom.ts";
import type { History, Told } from "../history.ts";
import { fathom } from "../providers/fathom.ts";
import { sha256, toHex } from "../signature.ts";

export const fathomHistory: History = {
  needs: ["FATHOM_API_KEY"],
  lists: "objects",

  async *happened(env, since, until, signal) {
    for await (const page of openFathom(env).meetings(since, until, signal)) yield await Promise.all(page.map(told));
  },
};

/** As a webhook, whose id and time are in its headers. Another content of the same meeting is another event. */
async function told(meeting: unknown): Promise<Told> {
  const text = JSON.stringify(meeting);
  try {
    const { subject, occurredAt } = fathom.read(meeting, new Headers());
    const digest = await sha256(text);
    return {
      text,
      headers: {
        "webhook-id": `confirmed:${encodeURIComponent(subject)}:${toHex(digest.slice(0, 8))}`,
        "webhook-timestamp": String(Math.floor(Date.parse(occurredAt) / 1000)),
      },
    };
  } catch {
    return { text }; // what cannot be read is received too, and shown with the reason
  }
}
