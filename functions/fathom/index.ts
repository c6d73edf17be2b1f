/** Receives Fathom's webhooks: POST /functions/v1/fathom */
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { fathom } from "../_shared/providers/fathom/webhook.ts";

Deno.serve(webhookHandler(fathom, openAfterWebhook));
