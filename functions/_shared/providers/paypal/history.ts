/** What happened at PayPal: the events of the last 30 days, and how one capture, approved order or dispute is. */
import { ApiError } from "../../http/api_client.ts";
import { messageOf, type ProviderHistory } from "../provider_history.ts";
import { captureAsEvent, disputeAsEvent, openPaypal, orderAsEvent, PAYPAL_REQUIRED_ENV } from "./api.ts";

export const paypalHistory: ProviderHistory = {
  requiredEnv: PAYPAL_REQUIRED_ENV,
  listKind: "events",

  async *listSince(env, since, until, signal) {
    const api = openPaypal(env);
    const seen = new Set<string>();
    let next: string | null = null;
    do {
      const page = await api.listEvents(since, until, next, signal);
      yield page.events.map(messageOf);
      next = page.next;
      if (next !== null && seen.has(next))
        throw new ApiError("unexpected_answer", "paypal: the list of events leads back to itself");
      if (next !== null) seen.add(next);
    } while (next !== null);
  },

  async getStatus(env, { kind, ref }, signal) {
    const api = openPaypal(env);
    try {
      switch (kind) {
        case "approval":
          return orderAsEvent(await api.getOrder(ref, signal));
        case "payment":
          return captureAsEvent(await api.getCapture(ref, signal));
        case "dispute":
          return disputeAsEvent(await api.getDispute(ref, signal));
        default:
          return null; // no event of PayPal's that we act on is about a customer, a product or a membership
      }
    } catch (error) {
      if (error instanceof ApiError && error.code === "not_found") return null;
      throw error;
    }
  },
};
