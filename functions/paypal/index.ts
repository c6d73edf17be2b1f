/** Where PayPal's webhooks enter: POST /functions/v1/paypal */
import { paypal } from "../_shared/providers/paypal.ts";
import { receiver } from "../_shared/receiver.ts";

Deno.serve(receiver(paypal));
