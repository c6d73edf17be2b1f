/** Receives PayPal's webhooks: POST /functions/v1/paypal */
import { serve } from "../_shared/http/serve.ts";
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { paypal } from "../_shared/providers/paypal/webhook.ts";

serve(webhookHandler(paypal, openAfterWebhook));
