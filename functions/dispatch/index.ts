/** Starts the courier: POST /functions/v1/dispatch, called by the database only (the doorbell). */
import { dispatchHandler } from "../_shared/outbound/dispatch_handler.ts";

Deno.serve(dispatchHandler());
