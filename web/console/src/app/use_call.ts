/** A function of the console as a query: loaded once, asked again when something of it has changed, unless paused. */
import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { asProblem, type Problem } from "../api/problem.ts";
import { call } from "../api/rpc.ts";
import { LIVE_EVERY_S, useLive } from "./live.ts";
import { usePreferences } from "./preferences.ts";

/** What waits for the API, or for a busy database, is tried again by itself. */
const PASSES = new Set(["away", "slow", "failed"]);

/** The areas of console.tell_change that each function reads. */
const AREAS: Record<string, string[]> = {
  me: ["admins"],
  line: ["events", "messages", "deliveries"],
  event: ["events", "messages", "deliveries"],
  message: ["messages", "deliveries"],
  delivery: ["deliveries"],
  rejection: ["rejections"],
  destinations: ["destinations", "deliveries"],
  audit_findings: ["audits"],
  actions: ["actions"],
  jobs: ["jobs"],
  job: ["jobs"],
  chart: ["events", "deliveries"],
};
const HOME = [
  "events",
  "rejections",
  "reconciliations",
  "deliveries",
  "destinations",
  "incidents",
  "audits",
  "decisions",
];

function areasOf(name: string, { what }: Record<string, unknown>): string[] {
  if (name === "home") return HOME;
  if (name !== "list" && name !== "count") return AREAS[name] ?? [];
  return what === "messages" ? ["messages", "deliveries"] : [String(what)];
}

/** When a query is looked at again: what is told, at once; the rest, and all while nothing is told, in a while. */
export function useNews(name: string, args: Record<string, unknown>, live = true) {
  const { every } = usePreferences();
  const state = useLive();
  return {
    /** After a failure. */
    againMs: live && state !== "paused" && every * 1_000,
    everyMs: !live || state === "paused" ? false : (state === "live" ? LIVE_EVERY_S : every) * 1_000,
    meta: live ? { areas: areasOf(name, args) } : {},
  } as const;
}

interface Options {
  /** Asked again when it has changed. Default true. */
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
  const { everyMs, againMs, meta } = useNews(name, args, live);
  return useQuery<Result, Problem>({
    queryKey: [name, args],
    queryFn: ({ signal }) => call<Result>(name, args, signal),
    enabled,
    placeholderData: keep ? keepPreviousData : undefined,
    meta,
    refetchInterval: ({ state }) => {
      if (!state.error) return everyMs;
      return PASSES.has(asProblem(state.error).kind) && againMs;
    },
  });
}
