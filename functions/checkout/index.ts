/** Begins and cancels purchases: POST /functions/v1/checkout, and POST …/checkout/cancel */
import { checkoutHandler } from "../_shared/storefront/checkout_handler.ts";

Deno.serve(checkoutHandler());
