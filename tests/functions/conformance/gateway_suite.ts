/**
 * What holds for every gateway, at its stand-in over real HTTP. `gateways.test.ts` runs it for each of the registry.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checked, type Fact } from "../../../functions/_shared/facts/facts.ts";
import { readEvent } from "../../../functions/_shared/inbound/read_event.ts";
import { NotConfigured } from "../../../functions/_shared/outbound/adapter.ts";
import { requireEnv } from "../../../functions/_shared/outbound/jobs/provider_call.ts";
import {
  type Checkout,
  type CreatedPayment,
  NOTHING_TO_PAY,
  PAYMENT_KINDS,
  type PaymentGateway,
  type Refund,
} from "../../../functions/_shared/providers/payment_gateway.ts";
import type { ProviderEntry } from "../../../functions/_shared/providers/registry.ts";
import type { WebhookProvider } from "../../../functions/_shared/providers/webhook_provider.ts";
import { createProviders, type Providers } from "../../../local/providers/index.ts";
import type { Payable, StandIn } from "../../../local/providers/stand_in.ts";
import { type Mounted, mounted } from "../mounted.ts";
import { failure, REDIRECT_URLS, REFUND_REQUEST_ID, timeout } from "../providers/gateways.ts";
import type { GatewaySample } from "./sample.ts";

export async function gatewaySuite(name: string, entry: ProviderEntry, sample: GatewaySample): Promise<void> {
  const gateway: PaymentGateway = await entry.gateway!();
  const provider: WebhookProvider = await entry.webhook();
  const { cancelPayment, refundPayment } = gateway;
  let standIn: StandIn & Payable;
  let server: Mounted;
  let settings: Record<string, string>;
  const env = (variable: string) => settings[variable];

  beforeEach(async () => {
    standIn = createProviders()[name as keyof Providers] as StandIn & Payable;
    server = await mounted({ [name]: standIn });
    settings = {
      [`${name.toUpperCase()}_BASE_URL`]: server.url,
      ...Object.fromEntries(gateway.requiredEnv.map((variable) => [variable, `${variable} of ${crypto.randomUUID()}`])),
    };
  });
  afterEach(() => server.stop());

  const create = (checkout: Checkout = sample.payable, method = gateway.methods[0]!, signal = timeout()) =>
    gateway.createPayment(env, checkout, REDIRECT_URLS, method, signal);
  const another = (): Checkout => ({ ...sample.payable, id: crypto.randomUUID() });
  const isOver = (ref: string) => expect(() => standIn.pay(ref, "captured")).toThrow("nobody can pay");

  /** What the provider's own webhooks say, read as they are. */
  const facts = (bodies: string[]): Fact[] =>
    bodies.flatMap((body) => {
      const event = (provider.parse ?? JSON.parse)(body);
      return checked(provider.translate(event, provider.read(event, new Headers())));
    });

  describe("without a variable that it needs", () => {
    test.each(gateway.requiredEnv)("it asks nothing, and names it: %s", async (variable) => {
      settings[variable] = "";
      const doing: (() => Promise<unknown>)[] = [() => create()];
      if (cancelPayment) doing.push(() => cancelPayment(env, { kind: PAYMENT_KINDS[0], ref: "x" }, timeout()));
      if (refundPayment) doing.push(() => refundPayment(env, aRefund("x"), timeout()));
      for (const one of doing) {
        expect(await failure(one())).toMatchObject({
          code: "unauthorized",
          message: expect.stringContaining(variable),
        });
      }
      expect(standIn.asked).toEqual([]);
    });
    test.each(gateway.requiredEnv)("its jobs wait, and name it: %s", (variable) => {
      settings[variable] = "";
      expect(() => requireEnv(gateway.requiredEnv, env)).toThrow(NotConfigured);
      expect(() => requireEnv(gateway.requiredEnv, env)).toThrow(`${variable} not set`);
    });
  });

  describe("what it says of a checkout", () => {
    test("nothing, when it can be paid there", () => {
      expect(gateway.unsupportedReason(sample.payable)).toBeNull();
      if (gateway.currency !== null) expect(sample.payable.currency).toBe(gateway.currency);
    });
    test("that there is nothing to pay, of a total of 0", () => {
      const items = sample.payable.items.map((item) => ({ ...item, unit_price_minor: 0 }));
      expect(gateway.unsupportedReason({ ...sample.payable, total_minor: 0, items })).toBe(NOTHING_TO_PAY);
    });
    test("why not, in words for the storefront, of a currency or amount that it does not take", () => {
      expect(gateway.unsupportedReason(sample.unpayable)).toMatch(new RegExp(`${sample.unpayable.currency}.*\\.$`));
    });
  });

  describe.each(gateway.methods)("a payment by %s", (method) => {
    test("leads its buyer to one place to pay", async () => {
      const created = await create(sample.payable, method);
      expect(PAYMENT_KINDS).toContain(created.kind);
      expect(created.ref).toMatch(/^[\w-]{1,255}$/);
      expect([created.redirect_url, created.client_secret].filter((way) => way !== null)).toHaveLength(1);
      if (created.redirect_url !== null) expect(created.redirect_url).toMatch(/^https:\/\//);
    });
    test("of another checkout is another", async () => {
      expect((await create(another(), method)).ref).not.toBe((await create(another(), method)).ref);
    });
    test(`asked for twice is ${sample.idempotent ? "one payment" : "two, and so it is asked for once only"}`, async () => {
      const [first, second] = [await create(sample.payable, method), await create(sample.payable, method)];
      if (sample.idempotent) return expect(second).toEqual(first);
      expect(second.ref).not.toBe(first.ref);
      const asked = standIn.asked.length;
      standIn.fail({ kind: "500", times: 9 });
      await failure(create(sample.payable, method));
      expect(standIn.asked).toHaveLength(asked + 1);
    });
    test("and paid, says so in its webhook, with our checkout, its amount and its currency", async () => {
      const { ref } = await create(sample.payable, method);
      const { id, total_minor, currency } = sample.payable;
      expect(facts(standIn.pay(ref, "captured"))).toContainEqual(
        expect.objectContaining({ checkout_session_id: id, amount_minor: total_minor, currency }),
      );
    });
    test("is an error in time when the provider hangs or the caller gives up", async () => {
      standIn.fail({ kind: "hang", times: 99 });
      expect(await failure(create(another(), method, timeout(300)))).toMatchObject({ code: "no_answer" });
      expect(await failure(create(another(), method, AbortSignal.abort()))).toMatchObject({ code: "no_answer" });
    });
    test.each(["500", "429", "not json", "wrong shape"] as const)(
      "is an error when the provider answers %s",
      async (kind) => {
        standIn.fail({ kind, times: 99, retryAfter: 30 });
        expect(await failure(create(another(), method))).toMatchObject({ temporary: true });
      },
    );

    if (!cancelPayment) return;
    const cancel = (created: Pick<CreatedPayment, "kind" | "ref">) => cancelPayment(env, created, timeout());

    test("is cancelled: nobody can pay there any more", async () => {
      const created = await create(sample.payable, method);
      await cancel(created);
      isOver(created.ref);
    });
    test("is cancelled twice without an error", async () => {
      const created = await create(sample.payable, method);
      await cancel(created);
      await cancel(created);
      isOver(created.ref);
    });
    test("that was paid meanwhile stays paid, and cancelling it is no error", async () => {
      const created = await create(sample.payable, method);
      expect(facts(standIn.pay(created.ref, "captured"))).not.toEqual([]);
      await cancel(created);
    });
    test("that is still open while the provider is away is an error when it is cancelled", async () => {
      const created = await create(sample.payable, method);
      standIn.fail({ kind: "500", times: 99 });
      expect(await failure(cancel(created))).toMatchObject({ temporary: true });
    });
  });

  if (!refundPayment) return;

  const aRefund = (payment_ref: string, request_id = REFUND_REQUEST_ID): Refund => ({
    ...{ request_id, payment_ref, amount_minor: 1000, currency: sample.payable.currency, reason: null },
  });
  const refund = (payment_ref: string, request_id?: string) =>
    refundPayment(env, aRefund(payment_ref, request_id), timeout());
  async function paid(): Promise<string> {
    const created = await create();
    const captured = facts(standIn.pay(created.ref, "captured")).find(({ type }) => type === "payment.captured");
    return captured ? (captured as { provider_ref: string }).provider_ref : await sample.capture!(created, env);
  }

  describe("a refund", () => {
    test("is told like its webhook: read to a fact of it, from the value and from what is archived alike", async () => {
      const payment_ref = await paid();
      const { ref, message } = await refund(payment_ref);
      expect((provider.parse ?? JSON.parse)(message.text)).toEqual(message.event);
      const headers = new Headers(message.headers);
      const event = await readEvent({
        provider,
        headers,
        body: message.text,
        trust: "confirmed",
        event: message.event,
      });
      expect(event.error).toBeNull();
      expect(event.facts).toContainEqual(
        expect.objectContaining({ type: "refund.updated", provider_ref: ref, payment_ref, amount_minor: 1000 }),
      );
    });
    test("asked for twice under one request id is one refund", async () => {
      const payment_ref = await paid();
      const [first, second] = [await refund(payment_ref), await refund(payment_ref)];
      expect(second.ref).toBe(first.ref);
      const id = ({ message }: typeof first) => provider.read(message.event, new Headers(message.headers)).id;
      expect(id(second)).toBe(id(first));
    });
    test("under another request id is another", async () => {
      const payment_ref = await paid();
      expect((await refund(payment_ref, "another")).ref).not.toBe((await refund(payment_ref)).ref);
    });
    test("of a payment that the provider does not know is refused for good, in words", async () => {
      expect(await failure(refund("UNKNOWN1"))).toMatchObject({
        temporary: false,
        message: expect.stringMatching(/\.$/),
      });
    });
    test("is an error while the provider is away", async () => {
      const payment_ref = await paid();
      standIn.fail({ kind: "500", times: 99 });
      expect(await failure(refund(payment_ref))).toMatchObject({ temporary: true });
    });
  });
}
