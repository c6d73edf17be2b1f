/** Fapshi: links to pay with mobile money in Cameroon. It gives no money back by its API, and cannot be asked twice for the same. */

import { Json, text } from "../../facts/json_reader.ts";
import { ApiError } from "../../http/api_client.ts";
import { type Checkout, NOTHING_TO_PAY, type PaymentGateway } from "../payment_gateway.ts";
import { FAPSHI_NEEDS, openFapshi } from "./api.ts";

/** docs.fapshi.com: the least that a link can ask for. */
const LEAST = 100;

/** Nobody can pay by a link that stands so. */
const OVER = ["SUCCESSFUL", "EXPIRED"];

export const fapshiGateway: PaymentGateway = {
  requiredEnv: FAPSHI_NEEDS,
  methods: ["link"],
  currency: "XAF",

  unsupportedReason({ total_minor, currency }) {
    if (currency !== "XAF") return `Fapshi takes XAF only, and this is in ${currency}.`;
    if (total_minor === 0) return NOTHING_TO_PAY;
    if (total_minor < LEAST) return `Fapshi takes ${LEAST} XAF or more, and this is ${total_minor} XAF.`;
    return null;
  },

  async createPayment(env, checkout, { success_url }, _method, signal) {
    const { transId, link } = await openFapshi(env).initiatePay(
      {
        amount: checkout.total_minor,
        email: checkout.email,
        redirectUrl: success_url,
        externalId: checkout.id,
        message: shortList(checkout),
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
      const found = await api.transaction(ref, signal);
      // Refused for another reason, and still to be paid.
      if (found !== null && !OVER.includes(String(new Json(found.event).at("status").value))) throw error;
    }
  },
};

/** "2 × Mug, Coaching" */
function shortList({ items }: Checkout): string {
  const names = items.map(({ name, quantity }) => (quantity > 1 ? `${quantity} × ${name}` : name));
  return text(200).read(names.join(", ")) ?? "";
}
