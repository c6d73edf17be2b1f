/** Receives Fapshi's webhooks: POST /functions/v1/fapshi */
import { serve } from "../_shared/http/serve.ts";
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { fapshi } from "../_shared/providers/fapshi/webhook.ts";

serve(webhookHandler(fapshi, openAfterWebhook));
