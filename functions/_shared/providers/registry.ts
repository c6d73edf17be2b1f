/** The providers by name, each loaded when asked for. */
import type { WebhookProvider } from "./webhook_provider.ts";

export const PROVIDERS: Record<string, () => Promise<WebhookProvider>> = {
  stripe: async () => (await import("./stripe/webhook.ts")).stripe,
  paypal: async () => (await import("./paypal/webhook.ts")).paypal,
  fapshi: async () => (await import("./fapshi/webhook.ts")).fapshi,
  whop: async () => (await import("./whop/webhook.ts")).whop,
  fathom: async () => (await import("./fathom/webhook.ts")).fathom,
  railway: async () => (await import("./railway/webhook.ts")).railway,
  make: async () => (await import("./make/webhook.ts")).make,
};
