/** Where Fathom's webhooks enter: POST /functions/v1/fathom */
import { fathom } from "../_shared/providers/fathom.ts";
import { receiver } from "../_shared/receiver.ts";

Deno.serve(receiver(fathom));
