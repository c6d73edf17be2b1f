/** Lets a destination read its messages itself: GET /functions/v1/changes?destination=<name>&after=<cursor> */
import { changesHandler } from "../_shared/outbound/changes_handler.ts";

Deno.serve(changesHandler());
