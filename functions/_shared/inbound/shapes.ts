/**
 * Tells `inbox.shapes` what webhooks look like: which fields were read, and what was found there. A shape that this
 * worker has not seen is told at once, so that a provider's new version is known before something fails for it; others
 * are counted, and told now and then.
 */
import type { Fields } from "../facts/json_reader.ts";
import { log } from "../platform/log.ts";
import type { Runtime } from "../platform/runtime.ts";

/** The shape of one event. */
export interface Shape {
  provider: string;
  /** Of the provider's API; empty where the event does not say. */
  version: string;
  type: string;
  fields: Fields;
}

export interface Shapes {
  /** `eventId`: of its row in `inbox.events`. */
  note(shape: Shape, eventId: string): void;
}

/** How many shapes a worker remembers; there are a few for each type of event. */
const MAX_SHAPES = 1000;
/** A known shape is told again after this many events, or after this time, in ms. */
const MAX_UNTOLD = 100;
const MAX_UNTOLD_MS = 300_000;

interface Tally {
  untold: number;
  toldAt: number;
}

export function openShapes(runtime: Runtime): Shapes {
  const tallies = new Map<string, Tally>();

  async function tell({ provider, version, type, fields }: Shape, eventId: string, count: number): Promise<void> {
    await runtime.database
      .query("select inbox.note_shape($1, $2, $3, $4::text::jsonb, $5::uuid, $6::int)", [
        ...[provider, version, type, fields, eventId, count],
      ])
      .catch((error) => log("warn", "the shape of a webhook was not noted", { provider, type, error }));
  }

  return {
    note(shape, eventId) {
      // In the order in which they were read, which is the same for all events of a type.
      const key = JSON.stringify([shape.version, shape.type, shape.fields]);
      const now = runtime.now();
      if (tallies.size >= MAX_SHAPES) tallies.clear();
      const tally = tallies.get(key);
      if (tally && tally.untold + 1 < MAX_UNTOLD && now - tally.toldAt < MAX_UNTOLD_MS) {
        tally.untold++;
        return;
      }
      tallies.set(key, { untold: 0, toldAt: now });
      const fields = Object.fromEntries(Object.entries(shape.fields).sort(([a], [b]) => (a < b ? -1 : 1)));
      runtime.defer(tell({ ...shape, fields }, eventId, (tally?.untold ?? 0) + 1));
    },
  };
}
