/** Where make.com tells what began outside: POST /functions/v1/make. Off until MAKE_WEBHOOK_SECRET is set. */
import { make } from "../_shared/providers/make.ts";
import { receiver } from "../_shared/receiver.ts";

Deno.serve(receiver(make));
