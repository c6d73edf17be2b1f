import type { Fact } from "../../../functions/_shared/facts/facts.ts";
import type { WebhookProvider } from "../../../functions/_shared/providers/webhook_provider.ts";

/** The facts of an event, whose envelope is read from it. @throws Error as `translate` does, and as `read` does */
export const translate = (
  provider: Pick<WebhookProvider, "read" | "translate">,
  event: unknown,
  headers = new Headers(),
): Fact[] => provider.translate(event, provider.read(event, headers));
