/**
 * Fathom's API (developers.fathom.ai; names and shapes as in fathom-typescript@0.0.37): the meetings that were
 * recorded.
 */

import { items, Json, text } from "../../facts/json_reader.ts";
import { ApiError, baseOf, openApi } from "../../http/api_client.ts";
import type { Environment } from "../../platform/environment.ts";

export interface Fathom {
  /**
   * Meetings that were recorded after `since` and before `until`, with transcript, summary and action items, in pages.
   * @throws ApiError
   */
  meetings(since: Date, until: Date, signal?: AbortSignal): AsyncGenerator<unknown[]>;
}

/** @throws ApiError when there is no API key. */
export function openFathom(env: Environment): Fathom {
  const key = env("FATHOM_API_KEY");
  if (!key) throw new ApiError("unauthorized", "Fathom cannot be asked: FATHOM_API_KEY is not set.");
  const base = baseOf(env, "FATHOM_BASE_URL", "https://api.fathom.ai/external/v1");
  // A page holds whole transcripts.
  const api = openApi({ name: "fathom", base, headers: { "x-api-key": key }, timeout: 30_000 });

  return {
    async *meetings(since, until, signal) {
      const query = {
        created_after: since.toISOString(),
        created_before: until.toISOString(),
        include_transcript: true,
        include_summary: true,
        include_action_items: true,
      };
      let cursor: string | undefined;
      do {
        const { json } = await api.get("/meetings", { query: { ...query, cursor }, signal });
        const page = pageOf(json);
        if (page.next !== undefined && page.next === cursor)
          throw new ApiError("unexpected_answer", "fathom: GET /meetings answered the same cursor again");
        yield page.meetings;
        cursor = page.next;
      } while (cursor !== undefined);
    },
  };
}

function pageOf(json: unknown): { meetings: unknown[]; next: string | undefined } {
  try {
    const page = new Json(json);
    return { meetings: page.get(items, "items"), next: page.maybe(text(10_000), "next_cursor") ?? undefined };
  } catch (error) {
    throw new ApiError(
      "unexpected_answer",
      `fathom: GET /meetings answered, but not with a list of meetings: ${(error as Error).message}`,
    );
  }
}
