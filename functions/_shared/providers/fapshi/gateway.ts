/** Fapshi: links to pay with mobile money in Cameroon. Its API has no refunds and no idempotency key. */

import { Json, text } from "../../facts/json_reader.ts";
import { ApiError } from "../../http/api_client.ts";
import { type Checkout, NOTHING_TO_PAY, type PaymentGateway } from "../payment_gateway.ts";
import { FAPSHI_REQUIRED_ENV, openFapshi } from "./api.ts";

/** In XAF: the smallest amount of a link (docs.fapshi.com). */
const MIN_XAF = 100;

/** Nobody can pay by a link in one of these. */
const FINAL_STATUSES = ["SUCCESSFUL", "EXPIRED"];

export const fapshiGateway: PaymentGateway = {
  requiredEnv: FAPSHI_REQUIRED_ENV,
  methods: ["link"],
  currency: "XAF",

  unsupportedReason({ total_minor, currency }) {
    if (currency !== "XAF") return `Fapshi takes XAF only, and this is in ${currency}.`;
    if (total_minor === 0) return NOTHING_TO_PAY;
    if (total_minor < MIN_XAF) return `Fapshi takes ${MIN_XAF} XAF or more, and this is ${total_minor} XAF.`;
    return null;
  },

  async createPayment(env, checkout, { success_url }, _method, signal) {
    const { transId, link } = await openFapshi(env).initiatePay(
      {
        amount: checkout.total_minor,
        email: checkout.email,
        redirectUrl: success_url,
        externalId: checkout.id,
        message: itemList(checkout),
      },
      signal,
    );
    return { kind: "transaction", ref: transId, redirect_url: link, client_secret: null };
  },

  async cancelPayment(env, { ref }, signal) {
    const api = openFapshi(env);
    try {
      await api.expirePay(ref, signal);
    } catch (error) {
      if (!(error instanceof ApiError) || (error.code !== "refused" && error.code !== "not_found")) throw error;
      const transaction = await api.transaction(ref, signal);
      // Fapshi refused for another reason, and the link can still be paid.
      if (transaction !== null && !FINAL_STATUSES.includes(String(new Json(transaction.event).at("status").value)))
        throw error;
    }
  },
};

/** "2 × Mug, Coaching" */
function itemList({ items }: Checkout): string {
  const names = items.map(({ name, quantity }) => (quantity > 1 ? `${quantity} × ${name}` : name));
  return text(200).read(names.join(", ")) ?? "";
}
