/** A function of the console as a query: loaded once, looked at again while the page is open and not paused. */
import { keepPreviousData, QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { asProblem, type Problem } from "../api/problem.ts";
import { call } from "../api/rpc.ts";
import { usePreferences } from "./preferences.ts";

/** What waits for the API, or for a busy database, is tried again by itself. */
const PASSES = new Set(["away", "slow", "failed"]);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => failures < 2 && asProblem(error).kind === "away",
      retryDelay: 1_000,
      // A page that wakes looks at once: the call renews the session first.
      refetchOnWindowFocus: true,
      refetchOnReconnect: true,
      // navigator.onLine knows nothing of an API on this machine.
      networkMode: "always",
    },
  },
});

interface Options {
  /** Looked at again every few seconds. Default true. */
  live?: boolean;
  enabled?: boolean;
  /** Shows the last answer while arguments change. Not for what is about one thing: it would show another one. */
  keep?: boolean;
}

export function useCall<Result>(
  name: string,
  args: Record<string, unknown> = {},
  { live = true, enabled = true, keep = false }: Options = {},
): UseQueryResult<Result, Problem> {
  const { paused, every } = usePreferences();
  return useQuery<Result, Problem>({
    queryKey: [name, args],
    queryFn: ({ signal }) => call<Result>(name, args, signal),
    enabled,
    placeholderData: keep ? keepPreviousData : undefined,
    refetchInterval: ({ state }) => {
      if (!live || paused) return false;
      return state.error && !PASSES.has(asProblem(state.error).kind) ? false : every * 1_000;
    },
  });
}

/** After a change: everything that is shown is asked for again. */
export const refreshAll = () => queries.invalidateQueries();
