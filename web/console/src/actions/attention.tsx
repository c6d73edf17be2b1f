/** What needs a person: its sentence, since when, one repair and the alternatives. */
import type { AttentionItem } from "../api/types.ts";
import { Copy, Status, ThingLink, Time } from "../ui/parts.tsx";
import { ActionButtons } from "./action_buttons.tsx";

type Item = Omit<AttentionItem, "severity"> & { severity?: string };

export function AttentionList({ items }: { items: readonly Item[] }) {
  return (
    <ul className="attention">
      {items.map((item) => (
        <Attention key={`${item.what} ${item.id} ${item.which}`} item={item} />
      ))}
    </ul>
  );
}

/** What an item is about, where the console has a page for it. */
const KINDS: [pattern: RegExp, kind: string][] = [
  [/^(event|order of events)/, "event"],
  [/^(delivery|receipt|work failed)/, "delivery"],
  [/^(payment|dispute|refund|checkout)/, "payment"],
  [/^(order|parcel)/, "order"],
  [/^destination/, "destination"],
];

/** What to do, in the words of the remedy: where the cause is outside, it comes first. */
const guidanceOf = (remedy: string) => /^-- (.+)/.exec(remedy)?.[1];

function Attention({ item }: { item: Item }) {
  const kind = KINDS.find(([pattern]) => pattern.test(item.what))?.[1];
  const guidance = guidanceOf(item.remedy);
  return (
    <li className="attention-item" data-severity={item.severity} data-item data-repair-scope tabIndex={0}>
      <div className="attention-head">
        {item.severity && <Status value={item.severity} tone={item.severity === "note" ? "off" : undefined} />}
        <h3>{item.what}</h3>
        {item.since && (
          <span className="since">
            since <Time at={item.since} ago />
          </span>
        )}
      </div>
      {item.which && (
        <p className="which">
          {kind && item.id ? (
            <ThingLink kind={kind} id={item.id}>
              {item.which}
            </ThingLink>
          ) : (
            item.which
          )}
        </p>
      )}
      <p className="why">{item.why}</p>
      {guidance && <p className="guidance">{guidance}</p>}
      <div className="buttons">
        <ActionButtons actions={item.actions} />
        {item.remedy && <Copy label="Copy as SQL" load={() => item.remedy} />}
      </div>
    </li>
  );
}
