/**
 * What the console's page "Break it" does, on this machine only: switches receivers off, kills the courier, stops the
 * doorbell and cron, sends webhooks, and puts everything back. `POST /local/break` with one command as JSON:
 *
 *     {"do": "receiver", "name": "make", "mode": "off"}    {"do": "send", "how": "twice"}
 *     {"do": "doorbell", "on": false}    {"do": "cron", "on": false}
 *     {"do": "kill_courier"}    {"do": "heal"}    {"do": "look"}
 *
 * Each answers with the state.
 */
import postgres from "postgres";
import { MODES, type Mode, type ReceiverName, type Receivers } from "./receivers.ts";

/** once: a purchase. twice: the same webhook two times. reordered: a refund before the payment that it refunds. */
export const WAYS_TO_SEND = ["once", "twice", "reordered"] as const;
export type WayToSend = (typeof WAYS_TO_SEND)[number];

/** Sends webhooks of a purchase. @returns what was answered, a line each. */
export type Traffic = (how: WayToSend, sql: postgres.Sql) => Promise<string[]>;

export interface BreakState {
  receivers: Record<ReceiverName, Mode>;
  doorbell: boolean;
  cron: boolean;
  /** The process id of the courier; null: it is not running. */
  courier: number | null;
  /** What the last webhooks were answered. */
  sent: string[];
}

export interface ControlsOptions {
  databaseUrl: string;
  functionsUrl: string;
  receivers: Receivers;
  courier(): Promise<number | undefined>;
  traffic: Traffic;
}

export interface Controls {
  handle(request: Request, peer: string | null): Promise<Response>;
  stop(): Promise<void>;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const LOCAL_HOST = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
const JOBS = "signalbox: %";

const refuse = (status: number, message: string) => Response.json({ message }, { status });

/**
 * Why a request is not the page's, or undefined. Another site's page can reach this machine with a form or by a name
 * that it makes resolve here (DNS rebinding), but it cannot choose Origin and Host.
 */
function strangeness(request: Request, peer: string | null): Response | undefined {
  if (request.method !== "POST") return refuse(405, "Send a POST: the page /console/break does.");
  const { host, origin } = new URL(request.url);
  if (!peer || !LOOPBACK.test(peer) || !LOCAL_HOST.test(host))
    return refuse(403, "This can be broken from the machine that it runs on alone.");
  if (request.headers.get("origin") !== origin) return refuse(403, "This can be broken from its own page alone.");
  if (!/^application\/json\b/.test(request.headers.get("content-type") ?? ""))
    return refuse(415, "Send JSON, as application/json.");
  return undefined;
}

interface Command {
  do?: unknown;
  name?: unknown;
  mode?: unknown;
  on?: unknown;
  how?: unknown;
}

export function createControls({ databaseUrl, functionsUrl, receivers, courier, traffic }: ControlsOptions): Controls {
  const sql = postgres(databaseUrl, { max: 2, onnotice() {} });
  let sent: string[] = [];

  const ring = (on: boolean) =>
    on
      ? sql`select outbox.set_functions_url(${functionsUrl})`
      : sql`update outbox.settings set functions_url = null where only_row`;
  const runJobs = (on: boolean) =>
    on
      ? sql`select ops.schedule_jobs()`
      : sql`select cron.alter_job(jobid, active => false) from cron.job where jobname like ${JOBS}`;

  async function look(): Promise<BreakState> {
    const [found] = await sql`
      select (select s.functions_url from outbox.settings s) is not null as doorbell,
        exists (select from cron.job c where c.jobname like ${JOBS} and c.active) as cron`;
    return {
      receivers: receivers.modes,
      doorbell: found!.doorbell,
      cron: found!.cron,
      courier: (await courier()) ?? null,
      sent,
    };
  }

  async function heal(): Promise<void> {
    for (const name of Object.keys(receivers.modes) as ReceiverName[]) receivers.modes[name] = "well";
    await ring(true);
    await runJobs(true);
    // What a breaker holds or a failure put off is tried at once.
    await sql`select outbox.resume(d.name) from outbox.destinations d where d.name = any (${Object.keys(receivers.modes)})`;
    sent = [];
  }

  /** @returns why not, if it was not done. */
  async function obey({ do: what, name, mode, on, how }: Command): Promise<string | undefined> {
    switch (what) {
      case "look":
        return;
      case "receiver":
        if (typeof name !== "string" || !Object.hasOwn(receivers.modes, name) || !MODES.includes(mode as Mode))
          return `receiver takes a name (${Object.keys(receivers.modes)}) and a mode (${MODES}).`;
        receivers.modes[name as ReceiverName] = mode as Mode;
        return;
      case "doorbell":
      case "cron":
        if (typeof on !== "boolean") return `${what} takes "on": true or false.`;
        await (what === "cron" ? runJobs : ring)(on);
        return;
      case "kill_courier": {
        const pid = await courier();
        if (pid === undefined) return "No courier is running: it starts when something is to be sent.";
        process.kill(pid, "SIGKILL");
        return;
      }
      case "send":
        if (!WAYS_TO_SEND.includes(how as WayToSend)) return `send takes "how": one of ${WAYS_TO_SEND}.`;
        sent = await traffic(how as WayToSend, sql);
        return;
      case "heal":
        return void (await heal());
      default:
        return "Known: look, receiver, doorbell, cron, kill_courier, send, heal.";
    }
  }

  return {
    async handle(request, peer) {
      const refused = strangeness(request, peer);
      if (refused) return refused;
      const command: unknown = await request.json().catch(() => undefined);
      const wrong = await obey(Object(command) as Command);
      return wrong === undefined ? Response.json(await look()) : refuse(400, wrong);
    },
    stop: () => sql.end({ timeout: 1 }),
  };
}
