/** Lets a destination read its messages itself: GET /functions/v1/changes?destination=<name>&after=<cursor> */
import { serve } from "../_shared/http/serve.ts";
import { changesHandler } from "../_shared/outbound/changes_handler.ts";

serve(changesHandler());
