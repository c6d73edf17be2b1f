/** Begins and cancels purchases: POST /functions/v1/checkout, and POST …/checkout/cancel */
import { serve } from "../_shared/http/serve.ts";
import { checkoutHandler } from "../_shared/storefront/checkout_handler.ts";

serve(checkoutHandler());
