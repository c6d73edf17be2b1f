/** The providers by name, each loaded when asked for. */
import type { Provider } from "./provider.ts";

export const PROVIDERS: Record<string, () => Promise<Provider>> = {
  stripe: async () => (await import("./providers/stripe.ts")).stripe,
  paypal: async () => (await import("./providers/paypal.ts")).paypal,
  fapshi: async () => (await import("./providers/fapshi.ts")).fapshi,
  whop: async () => (await import("./providers/whop.ts")).whop,
  fathom: async () => (await import("./providers/fathom.ts")).fathom,
  railway: async () => (await import("./providers/railway.ts")).railway,
  make: async () => (await import("./providers/make.ts")).make,
};
