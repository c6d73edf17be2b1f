/** Records that a receiver's work is done: GET or POST /functions/v1/receipt, at the receipt_url of a message. */
import { receiptHandler } from "../_shared/outbound/receipt_handler.ts";

Deno.serve(receiptHandler());
