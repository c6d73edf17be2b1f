/** The status of a checkout, for its buyer: GET or POST /functions/v1/payment-status */
import { serve } from "../_shared/http/serve.ts";
import { paymentStatusHandler } from "../_shared/storefront/payment_status_handler.ts";

serve(paymentStatusHandler());
