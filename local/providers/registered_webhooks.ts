/**
 * The webhooks that are registered at a stand-in, as each provider's API lists, makes and changes them. A secret is
 * told once, when its webhook is made. Nothing is sent to them: `npm run send` sends.
 */
import { randomBytes } from "node:crypto";

export interface Endpoint {
  id: string;
  url: string;
  events: string[];
  enabled: boolean;
  version: string | null;
  secret: string;
}

type Fields = Record<string, unknown>;

const made = (list: Endpoint[], prefix: string, secret: string, of: Pick<Endpoint, "url" | "events" | "version">) => {
  const endpoint: Endpoint = { id: `${prefix}${list.length + 1}`, enabled: true, secret, ...of };
  list.push(endpoint);
  return endpoint;
};

const texts = (value: unknown): string[] =>
  typeof value === "object" && value ? Object.values(value).map(String) : [];

/** Stripe's `/v1/webhook_endpoints`; null: another path. */
export function answerStripe(list: Endpoint[], method: string, url: URL, form: Fields): Fields | string | null {
  const matched = /^\/v1\/webhook_endpoints(?:\/([^/]+))?$/.exec(url.pathname);
  if (matched === null) return null;
  const id: string | undefined = matched[1];
  const shown = ({ secret: _, events, enabled, version, ...one }: Endpoint) => ({
    ...{ ...one, object: "webhook_endpoint", enabled_events: events, api_version: version },
    status: enabled ? "enabled" : "disabled",
  });
  if (method === "GET" && id === undefined) {
    const after = list.findIndex((one) => one.id === url.searchParams.get("starting_after"));
    const limit = Number(url.searchParams.get("limit") ?? 10);
    const rest = list.slice(after + 1);
    return { object: "list", has_more: rest.length > limit, data: rest.slice(0, limit).map(shown) };
  }
  if (method === "POST" && id === undefined) {
    if (!String(form.url).startsWith("https://")) return "Invalid URL: URL must be publicly accessible.";
    const of = { url: String(form.url), events: texts(form.enabled_events), version: String(form.api_version ?? "") };
    const endpoint = made(list, "we_", `whsec_${randomBytes(16).toString("hex")}`, of);
    return { ...shown(endpoint), secret: endpoint.secret };
  }
  const endpoint = list.find((one) => one.id === id);
  if (method !== "POST" || endpoint === undefined) return null;
  // An endpoint keeps the version that it was made with.
  if (form.api_version !== undefined) return "Received unknown parameter: api_version";
  if (form.enabled_events !== undefined) endpoint.events = texts(form.enabled_events);
  if (form.disabled !== undefined) endpoint.enabled = form.disabled !== "true";
  return shown(endpoint);
}

/** Of those that PayPal's documents name, some that a webhook can be subscribed to. */
const PAYPAL_TYPES = [
  ...["COMPLETED", "PENDING", "DECLINED", "DENIED", "REFUNDED", "REVERSED"].map((end) => `PAYMENT.CAPTURE.${end}`),
  ...["PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED", "CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.COMPLETED"],
  ...["CHECKOUT.PAYMENT-APPROVAL.REVERSED", "PAYMENT.AUTHORIZATION.CREATED"],
  ...["CREATED", "UPDATED", "RESOLVED"].map((end) => `CUSTOMER.DISPUTE.${end}`),
];

/** PayPal's `/v1/notifications/webhooks` and its types of event; null: another path. */
export function answerPaypal(list: Endpoint[], method: string, url: URL, body: string): Response | null {
  if (`${method} ${url.pathname}` === "GET /v1/notifications/webhooks-event-types")
    return Response.json({ event_types: PAYPAL_TYPES.map((name) => ({ name, status: "ENABLED" })) });
  const matched = /^\/v1\/notifications\/webhooks(?:\/([^/]+))?$/.exec(url.pathname);
  if (matched === null) return null;
  const id: string | undefined = matched[1];
  const shown = ({ id, url, events }: Endpoint) => ({ id, url, event_types: events.map((name) => ({ name })) });
  if (method === "GET" && id === undefined) return Response.json({ webhooks: list.map(shown) });
  const names = (types: unknown): string[] => (types as { name: string }[]).map(({ name }) => name);
  const refused = (issue: string) =>
    Response.json(
      { name: "VALIDATION_ERROR", details: [{ issue }], message: "Invalid data provided" },
      { status: 400 },
    );
  if (method === "POST" && id === undefined) {
    const sent = JSON.parse(body);
    const events = names(sent.event_types);
    if (!events.every((name) => PAYPAL_TYPES.includes(name))) return refused("Not a valid event type");
    if (list.some((one) => one.url === sent.url)) return refused("Webhook URL already exists");
    return Response.json(shown(made(list, "WH-", "", { url: sent.url, events, version: null })), { status: 201 });
  }
  const webhook = list.find((one) => one.id === id);
  if (method !== "PATCH" || webhook === undefined) return null;
  const [change] = JSON.parse(body);
  if (change.op !== "replace" || change.path !== "/event_types") return refused("Not a valid patch");
  webhook.events = names(change.value);
  return Response.json(shown(webhook));
}

/** Whop's `/webhooks`; null: another path. */
export function answerWhop(list: Endpoint[], method: string, url: URL, body: string): Response | null {
  const matched = /^\/webhooks(?:\/([^/]+))?$/.exec(url.pathname);
  if (matched === null) return null;
  const id: string | undefined = matched[1];
  const shown = ({ secret: _, version, ...one }: Endpoint) => ({ ...one, api_version: version });
  if (method === "GET" && id === undefined) {
    const from = Number(url.searchParams.get("after") ?? 0);
    // Few, whatever is asked for.
    const page_info = { has_next_page: from + 2 < list.length, end_cursor: String(from + 2) };
    return Response.json({ data: list.slice(from, from + 2).map(shown), page_info });
  }
  const sent = JSON.parse(body || "{}");
  if (method === "POST" && id === undefined) {
    const secret = `ws_${randomBytes(32).toString("hex")}`;
    const webhook = made(list, "hook_", secret, { url: sent.url, events: sent.events, version: sent.api_version });
    return Response.json({ ...shown(webhook), webhook_secret: secret });
  }
  const webhook = list.find((one) => one.id === id);
  if (method !== "PATCH" || webhook === undefined) return null;
  if (sent.events !== undefined) webhook.events = sent.events;
  if (sent.enabled !== undefined) webhook.enabled = sent.enabled;
  return Response.json(shown(webhook));
}

/** Fathom's `/webhooks`, which can only be made and deleted; null: another path. */
export function answerFathom(list: Endpoint[], method: string, url: URL, body: string): Response | null {
  if (`${method} ${url.pathname}` !== "POST /webhooks") return null;
  const { destination_url, triggered_for, ...parts } = JSON.parse(body);
  if (!Object.values(parts).includes(true))
    return Response.json({ error: "At least one include_* is needed." }, { status: 400 });
  const secret = `whsec_${randomBytes(24).toString("base64")}`;
  const { id } = made(list, "wh_", secret, { url: destination_url, events: triggered_for, version: null });
  return Response.json({ id, url: destination_url, secret, triggered_for, ...parts }, { status: 201 });
}
