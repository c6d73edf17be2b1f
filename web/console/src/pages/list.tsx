/** One list: filters in the address, true count, pages that follow as you scroll, CSV, and a job for all that match. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import { asProblem, type Problem } from "../api/problem.ts";
import { call } from "../api/rpc.ts";
import type { Count, Page, Row } from "../api/types.ts";
import { announce } from "../app/announce.ts";
import { useDialogs } from "../app/dialogs.tsx";
import { useCall, useNews } from "../app/use_call.ts";
import { CsvFile, download, toCsv } from "../ui/csv.ts";
import { readSearch, type Search, toFilters } from "../ui/filters.ts";
import { formatNumber } from "../ui/locale.ts";
import { Empty, Loading, PageHead, ProblemBox } from "../ui/parts.tsx";
import { Filters } from "./list_filters.tsx";
import { type Column, LISTS } from "./lists.tsx";

/** The first page is there soon; who scrolls on is after many. */
const FIRST_PAGE_ROWS = 200;
const PAGE_ROWS = 1_000;
const ROW_PX = 36;
/** On a phone a row has two lines. */
const NARROW_ROW_PX = 58;
const narrow = matchMedia("(max-width: 720px)");

export default function ListPage() {
  const { what } = useParams({ from: "/$what" });
  const list = LISTS[what];
  if (!list) {
    return (
      <>
        <PageHead title="No such page" />
        <p>
          There is no list “{what}”. <Link to="/">Home</Link> shows what needs you.
        </p>
      </>
    );
  }
  return <List key={what} what={what} />;
}

function List({ what }: { what: string }) {
  const { title, columns, filters: offered, about, bulk } = LISTS[what]!;
  const search = readSearch(useSearch({ from: "/$what" }));
  const navigate = useNavigate();
  const { runForAll } = useDialogs();
  const filters = useMemo(() => toFilters(search), [JSON.stringify(search)]);

  const { everyMs, meta } = useNews("list", { what });
  // Further down, rows would move under the reader's eyes.
  const [further, setFurther] = useState(false);
  const rows = useInfiniteQuery<Page, Problem>({
    queryKey: ["list", what, filters],
    queryFn: ({ pageParam, signal }) =>
      call<Page>(
        "list",
        { what, filters, cursor: pageParam, size: pageParam === null ? FIRST_PAGE_ROWS : PAGE_ROWS },
        signal,
      ),
    initialPageParam: null,
    getNextPageParam: ({ next }) => next,
    meta: further ? {} : meta,
    refetchInterval: !further && everyMs,
  });
  const isFurther = (rows.data?.pages.length ?? 0) > 1;
  useEffect(() => setFurther(isFurther), [isFurther]);
  const count = useCall<Count>("count", { what, filters }, { keep: true });
  const loaded = useMemo(() => rows.data?.pages.flatMap((page) => page.rows) ?? [], [rows.data]);
  // Few rows match: the reader says how far back it is worth looking.
  const stopped = rows.data?.pages.at(-1)?.stopped === true;
  const filtered = Object.keys(filters).length > 0;

  const choose = (changed: Search) => void navigate({ to: "/$what", params: { what }, search: changed });
  return (
    <div className="list-page">
      <PageHead title={title} detail={about}>
        <button
          type="button"
          disabled={loaded.length === 0}
          onClick={() => download(`${what}.csv`, toCsv(loaded))}
          title="What is loaded here"
        >
          CSV of {formatNumber(loaded.length)}
        </button>
        <AllAsCsv what={what} filters={filters} count={count.data} />
        {bulk && (
          <button type="button" disabled={loaded.length === 0} onClick={() => runForAll({ what, filters })}>
            All that match …
          </button>
        )}
      </PageHead>
      <Filters offered={offered} search={search} choose={choose} />
      <p className="list-count" role="status">
        {count.data ? counted(count.data) : count.error ? `Not counted: ${count.error.message}` : "Counting …"}
      </p>
      {rows.error && <ProblemBox error={rows.error} retry={() => void rows.refetch()} />}
      {rows.isPending && !rows.error && <Loading />}
      {rows.hasNextPage && stopped && (
        <p className="list-count">
          {formatNumber(loaded.length)} found so far, from the newest on.{" "}
          <button type="button" disabled={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
            {rows.isFetchingNextPage ? "Looking …" : "Look further back"}
          </button>
        </p>
      )}
      {rows.data && loaded.length === 0 && !stopped && (
        <Empty title={filtered ? "Nothing matches" : "Nothing yet"}>
          {filtered ? (
            <button type="button" onClick={() => choose({})}>
              Clear the filters
            </button>
          ) : (
            LISTS[what]!.empty
          )}
        </Empty>
      )}
      {loaded.length > 0 && (
        <VirtualTable
          label={title}
          columns={columns}
          rows={loaded}
          total={rows.hasNextPage ? -1 : loaded.length}
          loadMore={() => rows.hasNextPage && !stopped && !rows.isFetchingNextPage && void rows.fetchNextPage()}
        />
      )}
    </div>
  );
}

function counted({ count, exact }: Count): string {
  const number = formatNumber(count);
  return exact ? `${number} ${count === 1 ? "row" : "rows"}` : `about ${number} rows (estimated)`;
}

/** Reads every page, and offers all as one file. */
function AllAsCsv({ what, filters, count }: { what: string; filters: Record<string, unknown>; count?: Count }) {
  const [done, setDone] = useState<number>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  async function load() {
    const controller = new AbortController();
    stop.current = controller;
    const file = new CsvFile();
    try {
      setDone(0);
      let cursor: string | null = null;
      do {
        const page: Page = await call<Page>("list", { what, filters, cursor, size: PAGE_ROWS }, controller.signal);
        file.add(page.rows);
        cursor = page.next;
        setDone(file.rows);
      } while (cursor !== null);
      download(`${what}.csv`, file.blob());
      announce(`${formatNumber(file.rows)} rows saved as CSV.`);
    } catch (error) {
      if (!controller.signal.aborted) announce(`No CSV: ${asProblem(error).message}`, "bad");
    } finally {
      setDone(undefined);
    }
  }
  if (done === undefined) {
    return (
      <button type="button" disabled={count?.count === 0} onClick={() => void load()}>
        CSV of all
      </button>
    );
  }
  return (
    <button type="button" onClick={() => stop.current?.abort()}>
      {formatNumber(done)} loaded: stop
    </button>
  );
}

interface TableProps {
  label: string;
  columns: readonly Column[];
  rows: readonly Row[];
  /** -1: more follow. */
  total: number;
  loadMore(): void;
}

/** Only the rows in view are in the page, whatever their number. */
function VirtualTable({ label, columns, rows, total, loadMore }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [isNarrow, setNarrow] = useState(narrow.matches);
  useEffect(() => {
    const change = () => setNarrow(narrow.matches);
    narrow.addEventListener("change", change);
    return () => narrow.removeEventListener("change", change);
  }, []);
  const height = isNarrow ? NARROW_ROW_PX : ROW_PX;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  });
  useEffect(() => virtual.measure(), [height, virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 40) loadMore();
  }, [last, rows.length, loadMore]);

  const grid = { gridTemplateColumns: columns.map(({ width }) => width).join(" ") };
  return (
    <div className="table-scroll" ref={scroller} tabIndex={0} role="region" aria-label={`${label}, scrollable`}>
      <div className="table" role="table" aria-label={label} aria-rowcount={total}>
        <div role="rowgroup">
          <div className="table-row table-head" role="row" style={grid} aria-rowindex={1} tabIndex={-1}>
            {columns.map(({ name }) => (
              <span key={name} role="columnheader" tabIndex={-1}>
                {name}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {items.map(({ index, start }) => {
            const row = rows[index]!;
            return (
              <div
                key={index}
                className="table-row"
                role="row"
                aria-rowindex={index + 2}
                tabIndex={-1}
                style={{ ...grid, height, transform: `translateY(${start}px)` }}
              >
                {columns.map(({ name, show, wide }) => (
                  <span key={name} role="cell" data-wide={wide || undefined}>
                    {show(row)}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
