import { Link, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Found } from "../api/types.ts";
import { useCall } from "../app/use_call.ts";
import { Empty, Loading, PageHead, ProblemBox, Status, Time } from "../ui/parts.tsx";

const EXAMPLES: [what: string, example: string][] = [
  ["an id of ours", "0198a1b2-…"],
  ["a provider's event or payment", "evt_…, pi_…, WH-…"],
  ["an order's number", "1042"],
  ["a buyer's e-mail address", "amina@example.com"],
  ["an amount", "24.50"],
];

export default function Find() {
  const query = (useSearch({ strict: false }) as { q?: string }).q ?? "";
  const found = useCall<Found[]>("find", { query }, { enabled: query !== "", keep: true });
  return (
    <>
      <PageHead
        title={query ? `Found for “${query}”` : "Find"}
        detail={query && found.data ? `${found.data.length} of at most 30, best first` : undefined}
      />
      {query === "" && (
        <>
          <p>
            Write into the box above (<kbd>/</kbd>) what you have:
          </p>
          <dl className="keys">
            {EXAMPLES.map(([what, example]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>
                  <code>{example}</code>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {found.error && <ProblemBox error={found.error} retry={() => void found.refetch()} />}
      {query !== "" && found.isPending && !found.error && <Loading />}
      {query !== "" && found.data?.length === 0 && (
        <Empty title="Nothing found">
          Check for a missing letter, or filter <Link to="/events">events</Link> by a value of their payload.
        </Empty>
      )}
      {query !== "" && found.data && found.data.length > 0 && (
        <ul className="found" aria-label="Found">
          {found.data.map(({ kind, id, title, detail, at, status }) => (
            <li key={`${kind} ${id}`}>
              <FoundLink kind={kind} id={id} title={title}>
                <span className="tag">{kind}</span>
                <span className="found-title">{title}</span>
                {status && <Status value={status} />}
                <span className="found-detail">{detail}</span>
                <Time at={at} />
              </FoundLink>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** To the line of what was found. A rejection has a page, and a person is what can be found by the address. */
function FoundLink({ kind, id, title, children }: { kind: string; id: string; title: string; children: ReactNode }) {
  if (kind === "rejection") {
    return (
      <Link to="/$what/$id" params={{ what: "rejections", id }} data-item>
        {children}
      </Link>
    );
  }
  if (kind === "person") {
    return (
      <Link to="/find" search={{ q: title }} data-item>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/line/$kind/$id" params={{ kind, id }} data-item>
      {children}
    </Link>
  );
}
