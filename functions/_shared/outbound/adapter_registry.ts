/**
 * The adapters by name, which is `outbox.destinations.adapter`. Those that call a provider's API are loaded when first
 * needed.
 */
import type { Adapter } from "./adapter.ts";
import { makeWebhook } from "./adapters/make.ts";
import { standardWebhook } from "./adapters/standard_webhook.ts";
import { stripeWebhook } from "./adapters/stripe_webhook.ts";

export const ADAPTERS: Record<string, () => Adapter | Promise<Adapter>> = {
  webhook: () => standardWebhook,
  make: () => makeWebhook,
  stripe: () => stripeWebhook,
  paypal_capture: async () => (await import("./jobs/capture_payment.ts")).capturePayment,
  refund: async () => (await import("./jobs/refund_payment.ts")).refundPayment,
  close_payment: async () => (await import("./jobs/cancel_payment.ts")).cancelPayment,
  calendar: async () => (await import("./jobs/calendar.ts")).calendarJob,
  whop_message: async () => (await import("./jobs/whop_message.ts")).whopMessage,
  whop_replies: async () => (await import("./jobs/whop_replies.ts")).whopReplies,
  reconcile: async () => (await import("./jobs/reconcile.ts")).reconcileJob,
};
