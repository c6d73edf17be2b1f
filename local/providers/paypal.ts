/**
 * A stand-in for PayPal's API: access tokens, orders, captures and refunds (Orders v2, Payments v2), past webhook
 * events, the check of a signature, and the certificate that `npm run send` signs with. Shapes:
 * @paypal/paypal-server-sdk@2.5.0, PayPal's OpenAPI notifications_webhooks_v1 1.11.
 */

import { createHash, createPublicKey, randomUUID, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { answerPaypal, type Endpoint } from "./registered_webhooks.ts";
import {
  type Asked,
  type Outcome,
  type Payable,
  type PayPage,
  type PayPageUrl,
  readableAmount,
  type StandIn,
  standIn,
} from "./stand_in.ts";

const pem = (name: string) => readFileSync(new URL(`./paypal_development/${name}.pem`, import.meta.url), "utf8");

/**
 * The CA of development, as PEM: to be named in PAYPAL_TRUSTED_ROOTS, or nobody believes the stand-in's certificate.
 */
export const DEVELOPMENT_ROOT = pem("ca");
/** Signs for the certificate below. Worthless: see paypal_development/README.md. */
export const developmentKey = () => pem("leaf.key");
/** Where the certificate is, below the API's address. */
export const CERTIFICATE_PATH = "/v1/notifications/certs/CERT-development";

const CERTIFICATE = pem("leaf") + DEVELOPMENT_ROOT;

interface Money {
  currency_code: string;
  value: string;
}
interface Capture extends Record<string, unknown> {
  id: string;
  status: string;
  amount: Money;
}
interface Refund extends Record<string, unknown> {
  id: string;
  amount: Money;
}
type BreakdownPart = "item_total" | "shipping" | "tax_total" | "discount";
interface Unit extends Record<string, unknown> {
  amount: Money & { breakdown?: Partial<Record<BreakdownPart, Money>> };
  shipping?: object;
  items?: { quantity: string; unit_amount: Money }[];
  invoice_id?: string;
  payments?: { captures?: Capture[] };
}
interface Order extends Record<string, unknown> {
  id: string;
  status: string;
  intent: string;
  purchase_units: Unit[];
}
interface PaymentSource {
  paypal?: { experience_context?: { return_url?: string; cancel_url?: string } };
}
interface Event extends Record<string, unknown> {
  id: string;
  event_type: string;
  create_time: string;
  resource: Record<string, unknown>;
}

export interface PaypalStandIn extends StandIn, Payable {
  readonly orders: Map<string, Order>;
  readonly captures: Map<string, Capture>;
  /** The buyer agrees to pay an order on PayPal's page. */
  approve(orderId: string): void;
  /** The body of the webhook about the capture of an order, as it stands. */
  captureEvent(orderId: string): string;
  /** The access tokens given out so far are good no more. */
  expireTokens(): void;
}

/** PayPal's ids: 17 digits and capital letters. The same words make the same id. */
export function paypalId(...words: string[]): string {
  return createHash("sha256").update(words.join(" ")).digest("hex").slice(0, 17).toUpperCase();
}

/** The id that the capture of an order's unit gets here: `npm run send` tells of the same capture. */
export function captureIdOf(orderId: string, unit = 0): string {
  return paypalId("capture", orderId, String(unit));
}

/** What PayPal signs: the CRC-32 stands for the body. */
export function signedText(transmissionId: string, time: string, webhookId: string, body: string | Uint8Array): string {
  let crc = 0xffffffff;
  for (const byte of typeof body === "string" ? Buffer.from(body) : body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return [transmissionId, time, webhookId, ~crc >>> 0].join("|");
}

const LIVE = "https://api-m.paypal.com";

export function createPaypal(
  payPageUrl: PayPageUrl = (ref) => `https://www.paypal.com/checkoutnow?token=${ref}`,
): PaypalStandIn {
  const events = new Map<string, Event>();
  const orders = new Map<string, Order>();
  const captures = new Map<string, Capture>();
  const disputes = new Map<string, Record<string, unknown>>();
  const webhooks: Endpoint[] = [];
  /** What was answered to a request of this id: the same again. */
  const answered = new Map<string, object>();
  /** By capture. */
  const refunds = new Map<string, Refund[]>();
  /** How the capture of an order will end, where its buyer pays with something that is not simply good. */
  const outcomes = new Map<string, Outcome>();
  /** Orders whose buyer is asked for an address. */
  const asksAddress = new Set<string>();
  /** By order: where its buyer comes back to. */
  const returns = new Map<string, { return_url?: string; cancel_url?: string }>();
  const tokens = new Set<string>();
  let made = 0;

  const capturesOf = ({ purchase_units = [] }: Order) =>
    purchase_units.flatMap(({ payments }) => payments?.captures ?? []);

  function put(body: string): void {
    const event: Event = JSON.parse(body);
    events.set(event.id, event);
    if (event.event_type.startsWith("CHECKOUT.ORDER.")) {
      const order = event.resource as Order;
      const known = orders.get(order.id);
      // Events come in any order: what was captured stays so.
      if (!known || capturesOf(order).length >= capturesOf(known).length) orders.set(order.id, order);
      for (const capture of capturesOf(order)) captures.set(capture.id, capture);
    } else if (/^PAYMENT\.CAPTURE\.(COMPLETED|PENDING|DECLINED|DENIED)$/.test(event.event_type)) {
      captures.set(event.resource.id as string, event.resource as Capture);
    } else if (event.event_type.startsWith("CUSTOMER.DISPUTE.")) {
      disputes.set(event.resource.dispute_id as string, event.resource);
    }
  }

  function answer(asked: Asked, url: URL): Response | null {
    const route = `${asked.method} ${url.pathname}`;
    if (route === `GET ${CERTIFICATE_PATH}`)
      return new Response(CERTIFICATE, { headers: { "content-type": "application/x-pem-file" } });
    if (route === "POST /v1/oauth2/token") return giveToken(asked);
    if (!tokens.has(asked.headers.get("authorization")?.replace(/^Bearer /, "") ?? "")) {
      return Response.json(
        { error: "invalid_token", error_description: "Token signature verification failed" },
        { status: 401 },
      );
    }
    if (route === "POST /v1/notifications/verify-webhook-signature") return verifySignature(asked.body);
    if (route === "GET /v1/notifications/webhooks-events") return listEvents(url);
    const registered = answerPaypal(webhooks, asked.method, url, asked.body);
    if (registered) return registered;
    const [, eventId] = /^GET \/v1\/notifications\/webhooks-events\/([^/]+)$/.exec(route) ?? [];
    if (eventId) return getEvent(decodeURIComponent(eventId));
    const [, disputeId] = /^GET \/v1\/customer\/disputes\/([A-Za-z0-9-]+)$/.exec(route) ?? [];
    if (disputeId)
      return disputes.has(disputeId)
        ? Response.json(disputes.get(disputeId))
        : problem(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "Specified resource ID does not exist.");
    if (route === "POST /v2/checkout/orders") return once(asked, () => createOrder(asked));
    const [, what, id = "", action] =
      /^\/v2\/(checkout\/orders|payments\/captures)\/([A-Za-z0-9]+)(\/capture|\/refund)?$/.exec(url.pathname) ?? [];
    if (!what) return null;
    const thing = what === "payments/captures" ? captures.get(id) : orders.get(id);
    if (!thing)
      return problem(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "Specified resource ID does not exist.");
    if (asked.method === "GET" && !action) return Response.json(thing);
    if (asked.method !== "POST") return null;
    if (what === "checkout/orders" && action === "/capture") return once(asked, () => captureOrder(thing as Order));
    if (what === "payments/captures" && action === "/refund")
      return once(asked, () => refundCapture(thing as Capture, asked.body));
    return null;
  }

  /** The same PayPal-Request-Id is answered the same, where it worked before. */
  function once({ path, headers }: Asked, make: () => Response | object): Response {
    const requestId = headers.get("paypal-request-id");
    const name = `${path} ${requestId}`;
    const before = requestId === null ? undefined : answered.get(name);
    if (before) return Response.json(before, { status: 201 });
    const made = make();
    if (made instanceof Response) return made;
    if (requestId !== null) answered.set(name, made);
    return Response.json(made, { status: 201 });
  }

  /** Something happened: the body of the webhook about it, which the API lists too. */
  function tell(event_type: string, resource_type: string, resource: object): string {
    const id = `WH-${paypalId(randomUUID())}-${paypalId(randomUUID())}`;
    const create_time = new Date().toISOString();
    const body = JSON.stringify({
      ...{ id, event_version: "1.0", create_time, resource_type, resource_version: "2.0", event_type, resource },
      links: [{ href: `${LIVE}/v1/notifications/webhooks-events/${id}`, rel: "self", method: "GET" }],
    });
    put(body);
    return body;
  }

  function giveToken({ headers, body }: Asked): Response {
    const isClient = /^Basic [A-Za-z0-9+/]+=*$/.test(headers.get("authorization") ?? "");
    if (!isClient)
      return Response.json(
        { error: "invalid_client", error_description: "Client Authentication failed" },
        { status: 401 },
      );
    if (new URLSearchParams(body).get("grant_type") !== "client_credentials") {
      return Response.json(
        { error: "unsupported_grant_type", error_description: "Grant Type is NULL" },
        { status: 400 },
      );
    }
    const access_token = `A21AA_stand_in_${++made}`;
    tokens.add(access_token);
    return Response.json({
      scope: "openid",
      access_token,
      token_type: "Bearer",
      app_id: "APP-80W284485P519543T",
      expires_in: 32_400,
    });
  }

  /** Over the text of the event as it stands in the question, as PayPal does it. */
  function verifySignature(question: string): Response {
    const { transmission_id, transmission_time, transmission_sig, webhook_id, auth_algo } = JSON.parse(question);
    const mark = '"webhook_event":';
    const event = question.slice(question.indexOf(mark) + mark.length, question.lastIndexOf("}"));
    const text = signedText(transmission_id, transmission_time, webhook_id, event);
    const signature = Buffer.from(transmission_sig, "base64");
    const isRight =
      auth_algo === "SHA256withRSA" && verify("sha256", Buffer.from(text), createPublicKey(CERTIFICATE), signature);
    return Response.json({ verification_status: isRight ? "SUCCESS" : "FAILURE" });
  }

  function getEvent(id: string): Response {
    const event = events.get(id);
    return event
      ? Response.json(event)
      : problem(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "Specified resource ID does not exist.");
  }

  function listEvents({ pathname, searchParams: query }: URL): Response {
    const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
    const time = (name: string, otherwise: number) => (query.has(name) ? Date.parse(query.get(name)!) : otherwise);
    const [from, to] = [time("start_time", Number.NEGATIVE_INFINITY), time("end_time", Number.POSITIVE_INFINITY)];
    const [size, start] = [number("page_size", 10), number("start_index", 0)];
    const happened = ({ create_time }: Event) => Date.parse(create_time);
    const found = [...events.values()]
      .filter((event) => happened(event) >= from && happened(event) <= to)
      .sort((a, b) => happened(b) - happened(a));
    const page = found.slice(start, start + size);
    const at = (index: number) =>
      `${LIVE}${pathname}?${new URLSearchParams({ ...Object.fromEntries(query), start_index: String(index) })}`;
    return Response.json({
      events: page,
      count: page.length,
      links: [
        { href: at(start), rel: "self", method: "GET" },
        ...(start + size < found.length ? [{ href: at(start + size), rel: "next", method: "GET" }] : []),
      ],
    });
  }

  function createOrder({ body, headers }: Asked): Response | object {
    const { intent, purchase_units, payment_source }: Order & { payment_source?: PaymentSource } = JSON.parse(body);
    if (!["CAPTURE", "AUTHORIZE"].includes(intent) || !purchase_units?.[0]?.amount?.value) {
      return problem(400, "INVALID_REQUEST", "MISSING_REQUIRED_PARAMETER", "A required field is missing.");
    }
    for (const unit of purchase_units) {
      const wrong = whatIsWrong(unit);
      if (wrong) return problem(422, "UNPROCESSABLE_ENTITY", ...wrong);
    }
    const id = paypalId("order", String(++made), String(Date.now()));
    const links = linksOf(id, payPageUrl(id), payment_source ? "payer-action" : "approve");
    returns.set(id, payment_source?.paypal?.experience_context ?? {});
    const status = payment_source ? "PAYER_ACTION_REQUIRED" : "CREATED";
    const order = { id, intent, status, purchase_units, create_time: now(), links };
    orders.set(id, order);
    if (/"shipping_preference":"GET_FROM_FILE"/.test(body)) asksAddress.add(id);
    return headers.get("prefer") === "return=representation" ? order : { id, status, links };
  }

  function captureOrder(order: Order): Response | object {
    if (capturesOf(order).length > 0) {
      return problem(422, "UNPROCESSABLE_ENTITY", "ORDER_ALREADY_CAPTURED", "Order already captured.");
    }
    if (order.status !== "APPROVED" || order.intent !== "CAPTURE") {
      return problem(
        422,
        "UNPROCESSABLE_ENTITY",
        "ORDER_NOT_APPROVED",
        "Payer has not yet approved the Order for payment.",
      );
    }
    const invoices = order.purchase_units.flatMap(({ invoice_id }) => invoice_id ?? []);
    if (
      [...captures.values()].some(
        ({ invoice_id, status }) => status !== "DECLINED" && invoices.includes(invoice_id as string),
      )
    ) {
      const words =
        "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires that Invoice Id be unique for each transaction.";
      return problem(422, "UNPROCESSABLE_ENTITY", "DUPLICATE_INVOICE_ID", words);
    }
    const status = CAPTURED_AS[outcomes.get(order.id) ?? "captured"];
    const captured: Order = {
      ...order,
      status: "COMPLETED",
      purchase_units: order.purchase_units.map((unit, i) => ({
        ...unit,
        payments: { captures: [captureOf(order, unit, i, status)] },
      })),
      update_time: now(),
      links: linksOf(order.id, payPageUrl(order.id)).slice(0, 1),
    };
    orders.set(order.id, captured);
    for (const capture of capturesOf(captured)) captures.set(capture.id, capture);
    return captured;
  }

  function refundCapture(capture: Capture, body: string): Response | object {
    const before = refunds.get(capture.id) ?? [];
    const { currency_code } = capture.amount;
    const gone = before.reduce((sum, { amount }) => sum + hundredths(amount), 0);
    const left = hundredths(capture.amount) - gone;
    const { amount = { currency_code, value: decimal(left, currency_code) }, ...named }: Partial<Refund> = JSON.parse(
      body || "{}",
    );
    const refuse = (issue: string, words: string) => problem(422, "UNPROCESSABLE_ENTITY", issue, words);
    if (left === 0) return refuse("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded");
    if (amount.currency_code !== currency_code) {
      return refuse("REFUND_CAPTURE_CURRENCY_MISMATCH", "Refund must be in the same currency as the capture");
    }
    if (!hasRightDecimals(amount)) return refuse("DECIMALS_NOT_SUPPORTED", "Currency does not support decimals.");
    if (hundredths(amount) > left) {
      const words =
        "The refund amount must be less than or equal to the capture amount that has not yet been refunded.";
      return refuse("REFUND_AMOUNT_EXCEEDED", words);
    }
    const id = paypalId("refund", capture.id, String(before.length));
    const total = { currency_code, value: decimal(gone + hundredths(amount), currency_code) };
    const refund: Refund = {
      ...{ id, status: "COMPLETED", amount, ...named, create_time: now(), update_time: now() },
      seller_payable_breakdown: { gross_amount: amount, total_refunded_amount: total },
      links: [
        { href: `${LIVE}/v2/payments/refunds/${id}`, rel: "self", method: "GET" },
        { href: `${LIVE}/v2/payments/captures/${capture.id}`, rel: "up", method: "GET" },
      ],
    };
    refunds.set(capture.id, [...before, refund]);
    captures.set(capture.id, { ...capture, status: hundredths(amount) === left ? "REFUNDED" : "PARTIALLY_REFUNDED" });
    tell("PAYMENT.CAPTURE.REFUNDED", "refund", refund);
    return refund;
  }

  function captureEvent(orderId: string): string {
    const [capture] = capturesOf(orders.get(orderId)!);
    if (!capture) throw new Error(`order ${orderId} is not captured at PayPal's stand-in`);
    return tell(`PAYMENT.CAPTURE.${capture.status}`, "capture", captures.get(capture.id)!);
  }

  function page(ref: string): PayPage | undefined {
    const order = orders.get(ref);
    const amount = order?.purchase_units[0]?.amount;
    if (!order || !amount) return undefined;
    const waits = capturesOf(order).some(({ id }) => captures.get(id)?.status === "PENDING");
    const isOpen = ["CREATED", "PAYER_ACTION_REQUIRED"].includes(order.status);
    const back = (url: string | undefined) => (url === undefined ? null : withToken(url, ref));
    return {
      amount: readableAmount(Number(amount.value), amount.currency_code, { isDecimal: true }),
      status: isOpen ? "open" : waits ? "waiting" : "over",
      successUrl: back(returns.get(ref)?.return_url),
      cancelUrl: back(returns.get(ref)?.cancel_url),
      retries: false,
    };
  }

  /** The buyer approves; what becomes of it shows when we take the money. A capture that is pending then may end. */
  function pay(ref: string, outcome: Outcome): string[] {
    const order = orders.get(ref);
    const waiting = order && capturesOf(order).find(({ id }) => captures.get(id)?.status === "PENDING");
    if (order && waiting) {
      const ended = { ...waiting, status: CAPTURED_AS[outcome], update_time: now() };
      captures.set(ended.id, ended);
      orders.set(ref, {
        ...order,
        purchase_units: order.purchase_units.map((unit) =>
          unit.payments?.captures?.some(({ id }) => id === ended.id)
            ? { ...unit, payments: { captures: [ended] } }
            : unit,
        ),
      });
      return outcome === "pending" ? [] : [captureEvent(ref)];
    }
    if (order && !["CREATED", "PAYER_ACTION_REQUIRED"].includes(order.status))
      throw new Error(`nobody can pay ${ref} at PayPal`);
    approve(ref);
    outcomes.set(ref, outcome);
    return [tell("CHECKOUT.ORDER.APPROVED", "checkout-order", orders.get(ref)!)];
  }

  function approve(orderId: string): void {
    const order = orders.get(orderId);
    if (!order) throw new Error(`PayPal's stand-in has no order ${orderId}`);
    orders.set(orderId, {
      ...order,
      status: "APPROVED",
      purchase_units: order.purchase_units.map((unit) => ({
        ...unit,
        ...(asksAddress.has(orderId) && { shipping: BUYERS_ADDRESS }),
      })),
      payer: { email_address: "amina.buyer@example.com", payer_id: "QYR5Z8XDVJNXQ" },
    });
  }

  return Object.assign(standIn({ put, answer }), {
    orders,
    captures,
    approve,
    captureEvent,
    pay,
    page,
    expireTokens: () => tokens.clear(),
  });
}

const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

const CAPTURED_AS: Record<Outcome, string> = { captured: "COMPLETED", failed: "DECLINED", pending: "PENDING" };

/** Where PayPal knows that the buyer lives. */
const BUYERS_ADDRESS = {
  name: { full_name: "Amina Buyer" },
  address: {
    address_line_1: "Lindenstr. 5",
    admin_area_2: "Berlin",
    postal_code: "10969",
    country_code: "DE",
  },
};

/** Those that PayPal takes no decimals of. */
const WHOLE = ["HUF", "JPY", "TWD"];

const hasRightDecimals = ({ currency_code, value }: Money) =>
  (WHOLE.includes(currency_code) ? /^\d+$/ : /^\d+(\.\d\d?)?$/).test(value);

const hundredths = ({ value }: Money) => Math.round(Number(value) * 100);

const decimal = (hundredths: number, currency: string) => (hundredths / 100).toFixed(WHOLE.includes(currency) ? 0 : 2);

/** PayPal's word and sentence about a unit that does not add up; null when it does. */
function whatIsWrong({ amount, items = [] }: Unit): [issue: string, description: string] | null {
  if (![amount, ...items.map((item) => item.unit_amount)].every(hasRightDecimals)) {
    return ["DECIMALS_NOT_SUPPORTED", "Currency does not support decimals."];
  }
  if (hundredths(amount) <= 0) return ["CANNOT_BE_ZERO_OR_NEGATIVE", "Must be greater than zero."];
  const sum = items.reduce(
    (so_far, { quantity, unit_amount }) => so_far + Number(quantity) * hundredths(unit_amount),
    0,
  );
  const total = amount.breakdown?.item_total;
  if (items.length > 0 && (!total || hundredths(total) !== sum)) {
    return [
      "ITEM_TOTAL_MISMATCH",
      "Should equal sum of (unit_amount * quantity) across all items for a given purchase_unit",
    ];
  }
  const part = (name: BreakdownPart) => (amount.breakdown?.[name] ? hundredths(amount.breakdown[name]) : 0);
  const whole = part("item_total") + part("tax_total") + part("shipping") - part("discount");
  if (total && whole !== hundredths(amount)) {
    return [
      "AMOUNT_MISMATCH",
      "Should equal item_total + tax_total + shipping + handling + insurance - shipping_discount - discount.",
    ];
  }
  return null;
}

/** PayPal names the order to the page that its buyer comes back to. */
function withToken(url: string, orderId: string): string {
  const address = new URL(url);
  address.searchParams.set("token", orderId);
  return address.href;
}

function linksOf(orderId: string, payPage: string, forBuyer = "approve") {
  const self = `${LIVE}/v2/checkout/orders/${orderId}`;
  return [
    { href: self, rel: "self", method: "GET" },
    { href: payPage, rel: forBuyer, method: "GET" },
    { href: `${self}/capture`, rel: "capture", method: "POST" },
  ];
}

function captureOf(order: Order, { amount, custom_id, invoice_id }: Unit, unit: number, status: string): Capture {
  const id = captureIdOf(order.id, unit);
  const self = `${LIVE}/v2/payments/captures/${id}`;
  return {
    id,
    status,
    amount: { currency_code: amount.currency_code, value: amount.value },
    final_capture: true,
    ...(custom_id !== undefined && { custom_id }),
    ...(invoice_id !== undefined && { invoice_id }),
    supplementary_data: { related_ids: { order_id: order.id } },
    create_time: now(),
    update_time: now(),
    links: [
      { href: self, rel: "self", method: "GET" },
      { href: `${self}/refund`, rel: "refund", method: "POST" },
      { href: `${LIVE}/v2/checkout/orders/${order.id}`, rel: "up", method: "GET" },
    ],
  };
}

function problem(status: number, name: string, issue: string, description: string): Response {
  const message =
    status === 404 ? "The specified resource does not exist." : "The requested action could not be performed.";
  return Response.json(
    { name, details: [{ issue, description }], message, debug_id: "f6f6f6f6f6f6f", links: [] },
    { status },
  );
}
