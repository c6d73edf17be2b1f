/** Where the Railway backend writes back to the catalogue: POST /functions/v1/catalog */
import { railway } from "../_shared/providers/railway.ts";
import { receiver } from "../_shared/receiver.ts";

Deno.serve(receiver(railway));
