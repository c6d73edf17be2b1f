/** Where the storefront and the app buy: POST /functions/v1/checkout, and POST …/checkout/cancel */
import { checkout } from "../_shared/storefront/checkout.ts";

Deno.serve(checkout());
