/** What has been asked, kept while somebody looks at it. */
import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "../api/problem.ts";

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

/** After a change: everything that is shown is asked for again. */
export const refreshAll = () => queries.invalidateQueries();
