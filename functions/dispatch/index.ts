/** Where the doorbell rings: POST /functions/v1/dispatch, by the database only. */
import { dispatch } from "../_shared/dispatch.ts";

Deno.serve(dispatch());
