/** How a checkout stands, for its buyer: GET or POST /functions/v1/payment-status */
import { paymentStatus } from "../_shared/storefront/payment_status.ts";

Deno.serve(paymentStatus());
