/** Where Whop's webhooks enter: POST /functions/v1/whop */
import { whop } from "../_shared/providers/whop.ts";
import { receiver } from "../_shared/receiver.ts";

Deno.serve(receiver(whop));
