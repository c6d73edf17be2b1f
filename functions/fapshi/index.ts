/** Where Fapshi's webhooks enter: POST /functions/v1/fapshi */

import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { fapshi } from "../_shared/providers/fapshi/webhook.ts";

Deno.serve(webhookHandler(fapshi));
