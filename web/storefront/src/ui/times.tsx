/** @jsxImportSource preact */
/** A tutor's free times to choose from, a week at once, in the reader's own time zone. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { FreeTime } from "../api/catalogue.ts";
import { day, dayAndTime, time } from "../app/words.ts";
import { Away, useLoaded, Waiting } from "./parts.tsx";

const DAYS_AT_ONCE = 7;
const A_DAY_MS = 86_400_000;

export interface TimesProps {
  load(from: Date, to: Date): Promise<FreeTime[]>;
  /** "Book": what the button says, and then the time. */
  verb: string;
  onChosen(starts_at: string): void;
  isBusy?: boolean;
  /** Loaded again when it changes. */
  turn?: number;
  title: string;
  /** Below the times. */
  children?: ComponentChildren;
}

export function Times({ load, verb, onChosen, isBusy = false, turn = 0, title, children }: TimesProps) {
  const [week, setWeek] = useState(0);
  const [chosen, choose] = useState("");
  const from = new Date(Date.now() + week * DAYS_AT_ONCE * A_DAY_MS);
  const to = new Date(from.getTime() + DAYS_AT_ONCE * A_DAY_MS);
  const loaded = useLoaded(async () => ({ week, times: await load(from, to) }), `${week} ${turn}`);
  const { error, again } = loaded;
  // Those of the week before are no answer.
  const value = loaded.value?.week === week ? loaded.value.times : undefined;
  const days = new Map<string, string[]>();
  for (const { starts_at } of value ?? []) days.set(day(starts_at), [...(days.get(day(starts_at)) ?? []), starts_at]);
  // One that is gone meanwhile is no longer chosen.
  const isThere = value?.some(({ starts_at }) => starts_at === chosen) ?? false;
  const move = (by: number) => {
    setWeek(week + by);
    choose("");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && isThere) onChosen(chosen);
      }}
    >
      <div class="row weeks">
        <h2>{title}</h2>
        <button type="button" class="quiet" disabled={week === 0} onClick={() => move(-1)}>
          Sooner
        </button>
        <button type="button" class="quiet" onClick={() => move(1)}>
          Later
        </button>
      </div>
      {error && <Away again={again} />}
      {!value && !error && <Waiting />}
      {value?.length === 0 && <p>Nothing is free in these days. Please look later.</p>}
      {[...days].map(([name, times]) => (
        <fieldset key={name} class="times">
          <legend>{name}</legend>
          {times.map((starts_at) => (
            <label key={starts_at} class="time">
              <input
                type="radio"
                name="starts_at"
                required
                value={starts_at}
                checked={chosen === starts_at}
                onChange={() => choose(starts_at)}
              />
              {time(starts_at)}
            </label>
          ))}
        </fieldset>
      ))}
      <p class="detail">
        Times are in your time zone, {Intl.DateTimeFormat().resolvedOptions().timeZone}.{children}
      </p>
      <button type="submit" disabled={isBusy}>
        {isThere ? `${verb} ${dayAndTime(chosen)}` : verb}
      </button>
    </form>
  );
}
