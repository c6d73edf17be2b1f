/** Receives Whop's webhooks: POST /functions/v1/whop */
import { serve } from "../_shared/http/serve.ts";
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { whop } from "../_shared/providers/whop/webhook.ts";

serve(webhookHandler(whop, openAfterWebhook));
