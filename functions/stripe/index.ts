/** Receives Stripe's webhooks: POST /functions/v1/stripe */
import { serve } from "../_shared/http/serve.ts";
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { stripe } from "../_shared/providers/stripe/webhook.ts";

serve(webhookHandler(stripe, openAfterWebhook));
