/** Where receivers say that their work is done: GET or POST /functions/v1/receipt, at the receipt_url of a message. */
import { receipt } from "../_shared/receipt.ts";

Deno.serve(receipt());
