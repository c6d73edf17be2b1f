/** The filters of a list. They stand in the address: a filtered list can be sent to somebody. */
import { type FormEvent, useEffect, useState } from "react";
import { type FilterName, readPayload, type Search } from "../ui/filters.ts";

type Name = FilterName | "payload";

const CHOICES: Partial<Record<Name, readonly [value: string, label: string][]>> = {
  since: [
    ["15m", "15 minutes"],
    ["1h", "1 hour"],
    ["24h", "24 hours"],
    ["7d", "7 days"],
    ["30d", "30 days"],
  ],
};

const HINTS: Partial<Record<Name, string>> = {
  provider: "stripe",
  type: "payment_intent.succeeded",
  status: "failed",
  destination: "make",
  code: "500",
  text: "words in it",
  until: "2026-11-28 14:00",
  payload: "data.object.id=pi_…",
};

interface Props {
  offered: readonly Name[];
  search: Search;
  choose(search: Search): void;
}

export function Filters({ offered, search, choose }: Props) {
  const [draft, setDraft] = useState<Search>(search);
  const key = JSON.stringify(search);
  useEffect(() => setDraft(search), [key]);
  function submit(event: FormEvent) {
    event.preventDefault();
    choose(draft);
  }
  const set = Object.keys(search);
  // On a phone they would fill the screen.
  const [closed, setClosed] = useState(set.length === 0);
  const unread = draft.payload && Object.keys(readPayload(draft.payload)).length === 0;
  return (
    <form className="filters" onSubmit={submit} aria-label="Filters" data-closed={closed || undefined}>
      <button type="button" className="filters-toggle" aria-expanded={!closed} onClick={() => setClosed(!closed)}>
        Filters{set.length > 0 && ` (${set.length})`}
      </button>
      {offered.map((name) => (
        <label key={name} data-name={name}>
          <span>{name}</span>
          {CHOICES[name] ? (
            <select value={draft[name] ?? ""} onChange={({ target }) => choose({ ...draft, [name]: target.value })}>
              <option value="">any time</option>
              {CHOICES[name].map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
              {draft[name] && !CHOICES[name].some(([value]) => value === draft[name]) && (
                <option value={draft[name]}>{draft[name]}</option>
              )}
            </select>
          ) : (
            <input
              value={draft[name] ?? ""}
              placeholder={HINTS[name]}
              spellCheck={false}
              onChange={({ target }) => setDraft({ ...draft, [name]: target.value })}
            />
          )}
        </label>
      ))}
      <button type="submit">Filter</button>
      {set.length > 0 && (
        <button type="button" className="quiet" onClick={() => choose({})}>
          Clear
        </button>
      )}
      {unread && <p className="none">A payload filter is path=value, such as data.object.id=pi_123.</p>}
    </form>
  );
}
