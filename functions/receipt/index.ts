/** Records that a receiver's work is done: GET or POST /functions/v1/receipt, at the receipt_url of a message. */
import { serve } from "../_shared/http/serve.ts";
import { receiptHandler } from "../_shared/outbound/receipt_handler.ts";

serve(receiptHandler());
