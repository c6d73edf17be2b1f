/** Where make.com tells what began outside: POST /functions/v1/make. Off until MAKE_WEBHOOK_SECRET is set. */

import { webhookHandler } from "../_shared/inbound/webhook_handler.ts";
import { make } from "../_shared/providers/make/webhook.ts";

Deno.serve(webhookHandler(make));
