/** Receives the Railway backend's catalogue updates: POST /functions/v1/catalog */
import { serve } from "../_shared/http/serve.ts";
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { railway } from "../_shared/providers/railway/webhook.ts";

serve(webhookHandler(railway, openAfterWebhook));
