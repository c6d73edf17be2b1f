/** Where a destination reads its messages itself: GET /functions/v1/changes?destination=<name>&after=<cursor> */
import { changes } from "../_shared/changes.ts";

Deno.serve(changes());
