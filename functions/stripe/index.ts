/** Receives Stripe's webhooks: POST /functions/v1/stripe */
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { stripe } from "../_shared/providers/stripe/webhook.ts";

Deno.serve(webhookHandler(stripe, openAfterWebhook));
