/** Receives Fathom's webhooks: POST /functions/v1/fathom */
import { serve } from "../_shared/http/serve.ts";
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { fathom } from "../_shared/providers/fathom/webhook.ts";

serve(webhookHandler(fathom, openAfterWebhook));
