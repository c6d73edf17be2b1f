/** Where Stripe's webhooks enter: POST /functions/v1/stripe */
import { stripe } from "../_shared/providers/stripe.ts";
import { receiver } from "../_shared/receiver.ts";

Deno.serve(receiver(stripe));
