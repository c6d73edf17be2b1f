/** How everything is: what `ops.health()` says, and which settings there are. Its words for monitors and for people. */
import type { Environment } from "../platform/environment.ts";
import { SETTINGS } from "./settings.ts";

/** What `ops.health()` returns: sql/80-ops/40-health/health.sql. */
export interface HealthDetails {
  /** Why it counts as down, in sentences; empty when it does not. */
  down: string[];
  /** Open incidents by severity. */
  attention: { urgent: number; soon: number; note: number };
  alerts: { last_run_at: string | null };
  jobs: { name: string; problem: string | null; last_run_at: string | null }[];
  pg_net: { queued: number | null };
  courier: { awake: boolean; due: number; oldest_due_at: string | null; waiting: number; dead: number };
  destinations: { name: string; state: string; last_delivered_at: string | null }[];
  events: { failed: number; parked: number; oldest_unapplied_at: string | null };
  /** In the last hour. */
  rejections: { provider: string; reason: string; count: number }[];
  reconciler: { provider: string; reconciled_until: string }[];
  audit: { finished_at: string; found: number } | null;
}

export type Status = "ok" | "degraded" | "down";

export interface Health {
  status: Status;
  /** Why it is not ok, in sentences. */
  reasons: string[];
}

/** down: something that nobody else would notice. degraded: something urgent waits for a person. */
export function judge({ down, attention }: HealthDetails): Health {
  if (down.length > 0) return { status: "down", reasons: down };
  if (attention.urgent === 0) return { status: "ok", reasons: [] };
  const reason = `${attention.urgent} urgent in ops.attention: select * from ops.attention where severity = 'urgent'.`;
  return { status: "degraded", reasons: [reason] };
}

/** Which settings are set, by name. */
export function settingsBy(env: Environment): { set: string[]; not_set: string[] } {
  const isSet = (name: string) => (env(name) ?? "") !== "";
  return { set: SETTINGS.filter(isSet), not_set: SETTINGS.filter((name) => !isSet(name)) };
}

/** Seconds from `time` until `now` (ms); null for no time. */
function age(time: string | null, now: number): number | null {
  return time === null ? null : Math.max(0, (now - Date.parse(time)) / 1000);
}

const escapeLabel = (value: string) => value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

/** In Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats). `now`: ms since the epoch. */
export function metrics(details: HealthDetails, now: number): string {
  const lines: string[] = [];
  type Sample = [labels: Record<string, string>, value: number | null];
  function gauge(name: string, help: string, samples: Sample[]): void {
    lines.push(`# HELP signalbox_${name} ${help}`, `# TYPE signalbox_${name} gauge`);
    for (const [labels, value] of samples) {
      if (value === null) continue;
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
      lines.push(`signalbox_${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`);
    }
  }

  const { attention, courier, events } = details;
  gauge("up", "1 unless functions/health answers 503.", [[{}, details.down.length === 0 ? 1 : 0]]);
  gauge(
    "attention",
    "Open incidents by severity.",
    Object.entries(attention).map(([severity, count]) => [{ severity }, count]),
  );
  gauge("alerting_age_seconds", "Since ops.tell_attention last ran.", [[{}, age(details.alerts.last_run_at, now)]]);
  gauge(
    "job_age_seconds",
    "Since the last run of a cron job began.",
    details.jobs.map(({ name, last_run_at }) => [{ job: name }, age(last_run_at, now)]),
  );
  gauge(
    "job_problem",
    "1 for a cron job that does not run as it should.",
    details.jobs.map(({ name, problem }) => [{ job: name }, problem === null ? 0 : 1]),
  );
  gauge("pg_net_queued", "Requests that pg_net has not sent yet.", [[{}, details.pg_net.queued]]);
  gauge("courier_awake", "1 while a courier is at work.", [[{}, courier.awake ? 1 : 0]]);
  gauge("deliveries_due", "Deliveries that could be sent now.", [[{}, courier.due]]);
  gauge("deliveries_waiting", "Deliveries that are not settled.", [[{}, courier.waiting]]);
  gauge("deliveries_dead", "Deliveries that were given up.", [[{}, courier.dead]]);
  gauge("oldest_due_age_seconds", "Of the oldest delivery that is due.", [[{}, age(courier.oldest_due_at, now)]]);
  gauge(
    "destination_well",
    "1 for a destination that is neither paused, held, failing nor behind an open breaker.",
    details.destinations.map(({ name, state }) => [{ destination: name }, state === "well" ? 1 : 0]),
  );
  gauge("events_failed", "Events that could not be applied.", [[{}, events.failed]]);
  gauge("events_parked", "Events that wait for another.", [[{}, events.parked]]);
  gauge("oldest_unapplied_age_seconds", "Of the oldest of them.", [[{}, age(events.oldest_unapplied_at, now)]]);
  gauge(
    "rejections_last_hour",
    "Webhooks that were turned away in the last hour.",
    details.rejections.map(({ provider, reason, count }) => [{ provider, reason }, count]),
  );
  gauge(
    "reconciled_age_seconds",
    "Since when what happened at a provider has not been compared.",
    details.reconciler.map(({ provider, reconciled_until }) => [{ provider }, age(reconciled_until, now)]),
  );
  gauge("audit_age_seconds", "Since the last audit.", [[{}, age(details.audit?.finished_at ?? null, now)]]);
  gauge("audit_found", "What the last audit found.", [[{}, details.audit?.found ?? null]]);
  return `${lines.join("\n")}\n`;
}
