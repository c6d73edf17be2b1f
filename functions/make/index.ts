/** Receives what make.com may tell: POST /functions/v1/make. Off until MAKE_WEBHOOK_SECRET is set. */
import { serve } from "../_shared/http/serve.ts";
import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { openAfterWebhook } from "../_shared/outbound/after_webhook.ts";
import { make } from "../_shared/providers/make/webhook.ts";

serve(webhookHandler(make, openAfterWebhook));
