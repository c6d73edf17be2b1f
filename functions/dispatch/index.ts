/** Where the doorbell rings: POST /functions/v1/dispatch, by the database only. */
import { dispatchHandler } from "../_shared/outbound/dispatch_handler.ts";

Deno.serve(dispatchHandler());
