/**
 * The providers by name, and all that Signalbox knows of each: one entry a provider, each part loaded when it is
 * needed. The name is that of its rows in `inbox.providers` and `inbox.events`; docs/guides/add_a_provider.md says what
 * else it needs.
 */
import type { PaymentGateway } from "./payment_gateway.ts";
import type { ProviderHistory } from "./provider_history.ts";
import type { WebhookProvider } from "./webhook_provider.ts";

export interface ProviderEntry {
  /** Checks and reads its webhooks. */
  webhook: () => Promise<WebhookProvider>;
  /** Begins, cancels and refunds payments there, where buyers can pay there. */
  gateway?: () => Promise<PaymentGateway>;
  /** Asks its API what happened, where it has one: what the reconciler needs. */
  history?: () => Promise<ProviderHistory>;
}

export type ProviderRegistry = Record<string, ProviderEntry>;

export const PROVIDERS: ProviderRegistry = {
  stripe: {
    webhook: async () => (await import("./stripe/webhook.ts")).stripe,
    gateway: async () => (await import("./stripe/gateway.ts")).stripeGateway,
    history: async () => (await import("./stripe/history.ts")).stripeHistory,
  },
  paypal: {
    webhook: async () => (await import("./paypal/webhook.ts")).paypal,
    gateway: async () => (await import("./paypal/gateway.ts")).paypalGateway,
    history: async () => (await import("./paypal/history.ts")).paypalHistory,
  },
  fapshi: {
    webhook: async () => (await import("./fapshi/webhook.ts")).fapshi,
    gateway: async () => (await import("./fapshi/gateway.ts")).fapshiGateway,
    history: async () => (await import("./fapshi/history.ts")).fapshiHistory,
  },
  whop: {
    webhook: async () => (await import("./whop/webhook.ts")).whop,
    history: async () => (await import("./whop/history.ts")).whopHistory,
  },
  fathom: {
    webhook: async () => (await import("./fathom/webhook.ts")).fathom,
    history: async () => (await import("./fathom/history.ts")).fathomHistory,
  },
  railway: { webhook: async () => (await import("./railway/webhook.ts")).railway },
  make: { webhook: async () => (await import("./make/webhook.ts")).make },
};
