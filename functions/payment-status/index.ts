/** The status of a checkout, for its buyer: GET or POST /functions/v1/payment-status */
import { paymentStatusHandler } from "../_shared/storefront/payment_status_handler.ts";

Deno.serve(paymentStatusHandler());
