/** Starts the courier: POST /functions/v1/dispatch, called by the database only (the doorbell). */
import { serve } from "../_shared/http/serve.ts";
import { dispatchHandler } from "../_shared/outbound/dispatch_handler.ts";

serve(dispatchHandler());
