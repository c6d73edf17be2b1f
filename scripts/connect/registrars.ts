/** How each provider's webhooks are listed, made and changed by its API. */
import { ApiError, baseOf, openApi } from "../../functions/_shared/http/api_client.ts";
import type { Environment } from "../../functions/_shared/platform/environment.ts";
import { type CallPaypal, connectPaypal, PAYPAL_REQUIRED_ENV } from "../../functions/_shared/providers/paypal/api.ts";
import { openClient, pathOf, STRIPE_VERSION } from "../../functions/_shared/providers/stripe/client.ts";
import { connectWhop } from "../../functions/_shared/providers/whop/api.ts";

/** A webhook as the provider knows it. */
export interface Registered {
  id: string;
  url: string;
  events: string[];
  enabled: boolean;
  /** The version of the API that its events are shaped by, where it has one. */
  version?: string;
}

export interface Registrar {
  /** The variables that its API needs. */
  requires: readonly string[];
  /** The function secret that a webhook's secret, or id, is stored in. */
  variable: string;
  /** The version that a webhook is pinned to; it cannot be changed later. */
  version?: string;
  /** Undefined: the API has no list. */
  list?(): Promise<Registered[]>;
  /** Those of `events` that a webhook can be subscribed to. Absent: all. */
  available?(events: readonly string[]): Promise<string[]>;
  /** Returns what is to be stored; it is not told again. */
  create(url: string, events: readonly string[]): Promise<string>;
  /** Absent: none can be changed. */
  update?(id: string, events: readonly string[]): Promise<void>;
  /** Sends nothing to it any more. */
  disable?(id: string): Promise<void>;
  /** What is stored, where the list tells it. */
  told?(webhook: Registered): string;
  /** Where a person finds the webhook. */
  where: string;
}

/** Whatever an API answered: fields are read one by one. */
type Answer = Record<string, unknown>;

const text = (of: Answer, name: string, what: string): string => {
  const value = of[name];
  if (typeof value !== "string" || value === "")
    throw new ApiError("unexpected_answer", `${what} answered without ${name}`);
  return value;
};

const listIn = (answer: unknown, name: string): Answer[] => {
  const items = Object(answer)[name];
  return Array.isArray(items) ? items.map(Object) : [];
};

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function stripe(env: Environment): Registrar {
  const api = openClient(env("STRIPE_API_KEY") ?? "", baseOf(env, "STRIPE_BASE_URL", "https://api.stripe.com"));
  const path = "/v1/webhook_endpoints";
  return {
    ...{ requires: ["STRIPE_API_KEY"], variable: "STRIPE_WEBHOOK_SECRET", version: STRIPE_VERSION },
    where: "dashboard > Developers > Webhooks",
    async list() {
      const found: Registered[] = [];
      for (let more = true, after: string | undefined; more; ) {
        const page: Answer = await api.get(path, { limit: 100, starting_after: after });
        const items = listIn(page, "data");
        for (const item of items) {
          found.push({
            ...{ id: text(item, "id", path), url: text(item, "url", path), events: texts(item.enabled_events) },
            ...{
              enabled: item.status !== "disabled",
              version: item.api_version ? String(item.api_version) : undefined,
            },
          });
        }
        after = found.at(-1)?.id;
        more = page.has_more === true && items.length > 0;
      }
      return found;
    },
    async create(url, events) {
      const parameters = { url, enabled_events: [...events], api_version: STRIPE_VERSION, description: "Signalbox" };
      return text(await api.post<Answer>(path, parameters), "secret", path);
    },
    async update(id, events) {
      await api.post(pathOf(path, id), { enabled_events: [...events] });
    },
    async disable(id) {
      await api.post(pathOf(path, id), { disabled: true });
    },
  };
}

function paypal(env: Environment): Registrar {
  let opened: CallPaypal | undefined;
  // Without credentials it cannot be opened; `requires` says so first.
  const call: CallPaypal = (...asked) => {
    opened ??= connectPaypal(env);
    return opened(...asked);
  };
  const path = "/v1/notifications/webhooks";
  const named = (events: readonly string[]) => events.map((name) => ({ name }));
  return {
    ...{ requires: PAYPAL_REQUIRED_ENV, variable: "PAYPAL_WEBHOOK_ID" },
    where: "developer dashboard > your app > Webhooks",
    async list() {
      const { json } = await call("get", path);
      return listIn(json, "webhooks").map((item) => ({
        ...{ id: text(item, "id", path), url: text(item, "url", path), enabled: true },
        events: listIn(item, "event_types").map(({ name }) => String(name)),
      }));
    },
    // Some that are acted on are told by PayPal's documents, and not by its API.
    async available(events) {
      const { json } = await call("get", "/v1/notifications/webhooks-event-types");
      const known = new Set(listIn(json, "event_types").map(({ name }) => name));
      return events.filter((event) => known.has(event));
    },
    async create(url, events) {
      const { json } = await call("post", path, { body: { url, event_types: named(events) } });
      return text(Object(json), "id", path);
    },
    async update(id, events) {
      const change = [{ op: "replace", path: "/event_types", value: named(events) }];
      await call("patch", `${path}/${encodeURIComponent(id)}`, { body: change, idempotent: true });
    },
    told: ({ id }) => id,
  };
}

function whop(env: Environment): Registrar {
  const api = connectWhop(env);
  const company = env("WHOP_COMPANY_ID") ?? "";
  const path = "/webhooks";
  return {
    ...{ requires: ["WHOP_API_KEY", "WHOP_COMPANY_ID"], variable: "WHOP_WEBHOOK_SECRET", version: "v1" },
    where: "dashboard > Developer > Webhooks",
    async list() {
      const found: Registered[] = [];
      for (let after: string | undefined, more = true; more; ) {
        const { json } = await api.get(path, { query: { account_id: company, first: 100, after } });
        for (const item of listIn(json, "data")) {
          found.push({
            ...{ id: text(item, "id", path), url: text(item, "url", path), events: texts(item.events) },
            ...{ enabled: item.enabled !== false, version: item.api_version ? String(item.api_version) : undefined },
          });
        }
        const page: Answer = Object(Object(json).page_info);
        const next = page.has_next_page === true ? String(page.end_cursor) : undefined;
        more = next !== undefined && next !== after;
        after = next;
      }
      return found;
    },
    async create(url, events) {
      const body = { url, events: [...events], api_version: "v1", enabled: true, resource_id: company };
      return text(Object((await api.post(path, { body })).json), "webhook_secret", path);
    },
    async update(id, events) {
      await api.patch(`${path}/${encodeURIComponent(id)}`, { body: { events: [...events] }, idempotent: true });
    },
    async disable(id) {
      await api.patch(`${path}/${encodeURIComponent(id)}`, { body: { enabled: false }, idempotent: true });
    },
  };
}

function fathom(env: Environment): Registrar {
  const base = baseOf(env, "FATHOM_BASE_URL", "https://api.fathom.ai/external/v1");
  const api = openApi({ name: "fathom", base, headers: { "x-api-key": env("FATHOM_API_KEY") ?? "" } });
  return {
    ...{ requires: ["FATHOM_API_KEY"], variable: "FATHOM_WEBHOOK_SECRET" },
    where: "Settings > API access",
    async create(url) {
      const body = {
        destination_url: url,
        triggered_for: ["my_recordings", "my_shared_with_team_recordings", "shared_team_recordings"],
        ...{ include_transcript: true, include_summary: true, include_action_items: true },
      };
      return text(Object((await api.post("/webhooks", { body })).json), "secret", "/webhooks");
    },
  };
}

export const REGISTRARS: Record<string, (env: Environment) => Registrar> = { stripe, paypal, whop, fathom };
