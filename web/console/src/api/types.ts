/** What the functions of schema `console` return: docs/guides/console.md. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Row = Record<string, Json>;
/** Command arguments by name. */
export type Arguments = Record<string, Json>;

export interface Me {
  email: string;
  name: string | null;
}

/** A command with its arguments filled in, as far as they are known. */
export interface Action {
  command: string;
  arguments: Arguments;
  label: string;
  needs_reason: boolean;
}

export interface AttentionItem {
  what: string;
  id: string | null;
  which: string;
  why: string;
  since: string;
  severity: string;
  /** The SQL that mends it. */
  remedy: string;
  /** The first is the repair. */
  actions: Action[];
}

export interface HomeState {
  attention: AttentionItem[];
  counts: Record<string, number>;
  version: string;
}

export interface Found {
  kind: string;
  id: string;
  title: string;
  detail: string | null;
  at: string | null;
  status: string | null;
}

export interface LineEvent {
  id: string;
  provider: string;
  type: string | null;
  provider_event_id: string | null;
  status: string;
  occurred_at: string | null;
  received_at: string;
  error: string | null;
  facts: Json;
  caused_by: string | null;
}

export interface LineChange {
  message_id: string;
  type: string;
  table: string;
  row_id: string;
  before: Row | null;
  after: Row | null;
  event_id: string | null;
  at: string;
  version: string | number | null;
}

export interface Attempt {
  at: string;
  http_status: number | null;
  ms: number | null;
  error: string | null;
  response_text?: string | null;
}

export interface Receipt {
  at: string | null;
  status: string;
  detail: string | null;
}

export interface LineDelivery {
  id: string | number;
  message_id: string;
  destination: string;
  status: string;
  attempts_made: number;
  created_at: string;
  due_at: string | null;
  delivered_at: string | null;
  last_error: string | null;
  attempts: Attempt[];
  receipts: Receipt[];
}

export interface Line {
  title: string;
  events: LineEvent[];
  changes: LineChange[];
  deliveries: LineDelivery[];
  about: { kind: string; id: string; title: string; status: string | null }[];
}

export interface Page {
  rows: Row[];
  next: string | null;
  /** So many rows were looked at that it stopped: `next` goes on from there. */
  stopped?: boolean;
}

export interface Count {
  count: number;
  exact: boolean;
}

export interface CommandArgument {
  name: string;
  type: string;
  required: boolean;
  default: string | null;
}

export interface Command {
  command: string;
  label: string;
  description: string;
  arguments: CommandArgument[];
  needs_reason: boolean;
  about: string | null;
  /** The list that a job may run it for. */
  each_of: string | null;
}

export interface Change {
  table: string;
  row_id: string;
  type?: string;
  before: Row | null;
  after: Row | null;
}

export interface Preview {
  hash: string;
  result: Json;
  /** Why it would be refused. */
  error: { message: string; hint?: string | null } | null;
  changes: Change[];
  deliveries: { destination: string; type: string; count: number }[];
}

export interface Ran {
  result: Json;
  sql: string;
  hash: string;
}

export interface Job {
  id: string;
  command: string;
  what: string;
  filters: Json;
  reason: string | null;
  who: string;
  status: "running" | "done" | "cancelled";
  total: number;
  done: number;
  failed: number;
  errors: Json[];
  started_at: string;
  ended_at: string | null;
}

export interface ChartData {
  /** Epoch seconds. */
  times: number[];
  series: { name: string; values: (number | null)[] }[];
}

export interface Route {
  id: string | number;
  message_type: string;
  priority: number;
  enabled: boolean;
}

export interface Destination {
  name: string;
  description: string | null;
  url: string | null;
  state: string;
  breaker: {
    failures: number;
    opens_after: number | null;
    opened_at: string | null;
    recovering_since: string | null;
  };
  rate: { per_second: number | null; in_flight: number | null; timeout_ms: number | null };
  paused: { since: string; reason: string | null } | null;
  held: { until: string; reason: string | null } | null;
  waiting: number;
  dead: number;
  last_success: string | null;
  last_error: { at: string; error: string; http_status: number | null } | null;
  /** In ms. */
  last_hour: { attempts: number; failed: number; p50: number | null; p95: number | null };
  routes: Route[];
  actions: Action[];
}

export interface Findings {
  finished_at?: string;
  found: number;
  findings: (Omit<AttentionItem, "severity"> & { severity?: string })[];
}

/** Everything that a list shows: what a job runs for. */
export interface Selection {
  what: string;
  filters: Record<string, unknown>;
}
