/** Where Fapshi's webhooks enter: POST /functions/v1/fapshi */
import { fapshi } from "../_shared/providers/fapshi.ts";
import { receiver } from "../_shared/receiver.ts";

Deno.serve(receiver(fapshi));
