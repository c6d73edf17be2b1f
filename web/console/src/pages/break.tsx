/** On this machine alone: breaks what may break in the world, and shows how it heals. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Problem } from "../api/problem.ts";
import type { Page } from "../api/types.ts";
import { refreshAll } from "../app/queries.ts";
import { useCall } from "../app/use_call.ts";
import { Empty, PageHead, ProblemBox } from "../ui/parts.tsx";
import { RowTable } from "../ui/row_table.tsx";

/** As local/breaking/controls.ts answers. */
interface BreakState {
  receivers: Record<string, string>;
  doorbell: boolean;
  cron: boolean;
  courier: number | null;
  sent: string[];
}

const MODES: [mode: string, label: string][] = [
  ["well", "answers"],
  ["slow", "takes 5 s"],
  ["failing", "answers 500"],
  ["off", "is off"],
];
const RECEIVERS: [name: string, label: string][] = [
  ["make", "make.com"],
  ["railway", "Railway"],
  ["railway_stripe", "Railway, Stripe's events"],
];
const ON_OFF: [mode: string, label: string][] = [
  ["on", "works"],
  ["off", "is stopped"],
];
const WAYS: [how: string, label: string][] = [
  ["once", "A purchase"],
  ["twice", "One webhook twice"],
  ["reordered", "A refund before its payment"],
];
/** How often the courier's process is looked at: nobody tells of it. */
const LOOK_MS = 2_000;

async function control(command: Record<string, unknown>): Promise<BreakState> {
  const response = await fetch("/local/break", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(command),
  }).catch(() => undefined);
  if (!response) throw new Problem("away", "npm start does not answer.", "Start it again: it may have ended.");
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem("failed", answer.message ?? `It answered ${response.status}.`, "Try again.");
  return answer;
}

export default function Break() {
  const state = useQuery<BreakState, Problem>({
    queryKey: ["break"],
    queryFn: () => control({ do: "look" }),
    refetchInterval: LOOK_MS,
  });
  const change = useMutation<BreakState, Problem, Record<string, unknown>>({
    mutationFn: control,
    networkMode: "always",
    onSettled: () => refreshAll(),
  });
  const isSending = change.isPending && change.variables.do === "send";
  const now = state.data;
  const list = (what: string) => ({ what, filters: {}, cursor: null, size: 8 });
  const events = useCall<Page>("list", list("events"), { keep: true });
  const deliveries = useCall<Page>("list", list("deliveries"), { keep: true });
  return (
    <>
      <PageHead title="Break it" detail="On this machine alone. Nothing is lost: watch it heal.">
        <button type="button" className="primary" onClick={() => change.mutate({ do: "heal" })}>
          Heal all
        </button>
      </PageHead>
      {(change.error ?? state.error) && <ProblemBox error={change.error ?? state.error} />}
      {now && (
        <div className="break">
          {RECEIVERS.map(([name, label]) => (
            <Switch
              key={name}
              label={label}
              options={MODES}
              value={now.receivers[name] ?? ""}
              choose={(mode) => change.mutate({ do: "receiver", name, mode })}
            />
          ))}
          <Switch
            label="Doorbell"
            options={ON_OFF}
            value={now.doorbell ? "on" : "off"}
            choose={(mode) => change.mutate({ do: "doorbell", on: mode === "on" })}
          />
          <Switch
            label="Cron"
            options={ON_OFF}
            value={now.cron ? "on" : "off"}
            choose={(mode) => change.mutate({ do: "cron", on: mode === "on" })}
          />
          <fieldset>
            <legend>Courier</legend>
            <p>{now.courier === null ? "not running" : `runs as process ${now.courier}`}</p>
            <button type="button" disabled={!now.courier} onClick={() => change.mutate({ do: "kill_courier" })}>
              Kill it
            </button>
          </fieldset>
          <fieldset>
            <legend>Send</legend>
            {WAYS.map(([how, label]) => (
              <button key={how} type="button" disabled={isSending} onClick={() => change.mutate({ do: "send", how })}>
                {label}
              </button>
            ))}
            <p role="status">{isSending ? "Under way …" : now.sent.join(" · ")}</p>
          </fieldset>
        </div>
      )}
      <Watched title="Events" page={events.data} columns={["type", "status", "received_at", "error"]} />
      <Watched
        title="Deliveries"
        page={deliveries.data}
        columns={["type", "destination", "status", "attempts", "due_at", "last_error"]}
      />
    </>
  );
}

interface SwitchProps {
  label: string;
  options: [value: string, label: string][];
  value: string;
  choose(value: string): void;
}

function Switch({ label, options, value, choose }: SwitchProps) {
  return (
    <fieldset>
      <legend>{label}</legend>
      {options.map(([each, name]) => (
        <label key={each} className="check">
          <input type="radio" name={label} checked={each === value} onChange={() => choose(each)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}

function Watched({ title, page, columns }: { title: string; page: Page | undefined; columns: string[] }) {
  return (
    <section>
      <h2>{title}</h2>
      {page && page.rows.length > 0 ? (
        <RowTable label={`Last ${title.toLowerCase()}`} rows={page.rows} columns={columns} />
      ) : (
        <Empty title="Nothing yet">Send a purchase.</Empty>
      )}
    </section>
  );
}
