/** The providers by name, each loaded when asked for. */
import type { Provider } from "./provider.ts";

export const PROVIDERS: Record<string, () => Promise<Provider>> = {
  stripe: async () => (await import("./providers/stripe.ts")).stripe,
};
