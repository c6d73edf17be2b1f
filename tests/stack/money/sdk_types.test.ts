/**
 * A webhook of every type that the providers' own SDKs and documents name: each is answered 200, and none fails. What
 * is not acted on is kept as ignored, and what refers to something unknown waits for it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fathomHeaders } from "../../../simulator/providers/fathom.ts";
import { paypalEvent, paypalTypes } from "../../../simulator/providers/paypal.ts";
import { type SdkEvent, type SdkEvents, sdkEvents } from "../../functions/providers/sdk_events.ts";
import { type Name, post, startTestStack, type TestStack } from "../test_stack.ts";

let testStack: TestStack;
let events: SdkEvents;
beforeAll(async () => {
  events = await sdkEvents();
  testStack = await startTestStack({ background: { cron: false, pgNet: false } });
}, 300_000);
afterAll(() => testStack?.stop());

/** PayPal has no SDK here: the types of its list (developer.paypal.com/api/rest/webhooks/event-names). */
const PAYPAL = [
  ...["BILLING_AGREEMENTS.AGREEMENT.CREATED", "BILLING_AGREEMENTS.AGREEMENT.CANCELLED"],
  ...["BILLING.PLAN.ACTIVATED", "BILLING.PLAN.CREATED", "BILLING.PLAN.DEACTIVATED", "BILLING.PLAN.UPDATED"],
  ...["BILLING.PLAN.PRICING-CHANGE.ACTIVATED", "BILLING.PLAN.PRICING-CHANGE.INPROGRESS"],
  ...["ACTIVATED", "CANCELLED", "CREATED", "EXPIRED", "PAYMENT.FAILED", "RE-ACTIVATED", "SUSPENDED", "UPDATED"].map(
    (what) => `BILLING.SUBSCRIPTION.${what}`,
  ),
  ...["CATALOG.PRODUCT.CREATED", "CATALOG.PRODUCT.UPDATED", "CHECKOUT.ORDER.SAVED", "CHECKOUT.ORDER.PROCESSED"],
  ...["CHECKOUT.ORDER.DECLINED", "CHECKOUT.CHECKOUT.BUYER-APPROVED", "CUSTOMER.ACCOUNT-LIMITATION.ADDED"],
  ...[
    "CUSTOMER.MERCHANT-MIGRATION.SUCCEEDED",
    "CUSTOMER.MANAGED-ACCOUNT.ACCOUNT-CREATED",
    "IDENTITY.AUTHORIZATION-CONSENT.REVOKED",
  ],
  ...[
    "INVOICING.INVOICE.CANCELLED",
    "INVOICING.INVOICE.CREATED",
    "INVOICING.INVOICE.PAID",
    "INVOICING.INVOICE.REFUNDED",
  ],
  ...["INVOICING.INVOICE.SCHEDULED", "INVOICING.INVOICE.UPDATED", "MERCHANT.ONBOARDING.COMPLETED"],
  ...["MERCHANT.PARTNER-CONSENT.REVOKED", "PAYMENT-NETWORKS.ALTERNATIVE-PAYMENT.COMPLETED"],
  ...["CREATED", "VOIDED"].map((what) => `PAYMENT.AUTHORIZATION.${what}`),
  ...[
    "PAYMENT.ORDER.CANCELLED",
    "PAYMENT.ORDER.CREATED",
    "PAYMENT.PAYOUTSBATCH.DENIED",
    "PAYMENT.PAYOUTSBATCH.SUCCESS",
  ],
  ...["PAYMENT.PAYOUTS-ITEM.BLOCKED", "PAYMENT.PAYOUTS-ITEM.FAILED", "PAYMENT.PAYOUTS-ITEM.SUCCEEDED"],
  ...[
    "PAYMENT.REFERENCED-PAYOUT-ITEM.COMPLETED",
    "PAYMENT.SALE.COMPLETED",
    "PAYMENT.SALE.DENIED",
    "PAYMENT.SALE.PENDING",
  ],
  ...["PAYMENT.SALE.REFUNDED", "PAYMENT.SALE.REVERSED", "RISK.DISPUTE.CREATED", "VAULT.CREDIT-CARD.CREATED"],
  ...["VAULT.PAYMENT-TOKEN.CREATED", "VAULT.PAYMENT-TOKEN.DELETED", "VAULT.PAYMENT-TOKEN.DELETION-INITIATED"],
];

/** What was not answered 200, or failed; empty: nothing. */
async function failures(name: Name, bodies: [type: string, body: string][]): Promise<string[]> {
  const found: string[] = [];
  const left = [...bodies];
  const lane = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      const [type, body] = one;
      const response =
        name === "fathom"
          ? await fetch(`${testStack.stack.functionsUrl}/fathom`, {
              ...{ method: "POST", body, headers: fathomHeaders(body, testStack.env.FATHOM_WEBHOOK_SECRET!) },
            })
          : await post(testStack, name, body);
      const text = await response.text();
      const status = response.status === 200 ? JSON.parse(text).status : text;
      if (!["applied", "ignored", "parked"].includes(status)) found.push(`${type}: ${response.status} ${text}`);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  return found;
}

/** With an id of its own, and no account: the event is ours. */
const named = ({ type, body }: SdkEvent, i: number): [string, string] => {
  const { account: _, ...rest } = body;
  return [type, JSON.stringify({ ...rest, id: `evt_sdk_${i}`, ...("livemode" in rest && { livemode: false }) })];
};

describe.each(["stripe", "whop", "fathom"] as const)("%s", (name) => {
  test("every type that its SDK names is answered 200, and none fails", async () => {
    const bodies = events[name].map(named);
    expect(await failures(name, bodies)).toEqual([]);
    const rows = await testStack.sql`
      select distinct type from inbox.events where provider = ${name} and type <> 'unreadable'`;
    expect(rows.length).toBeGreaterThanOrEqual(new Set(bodies.map(([type]) => type)).size);
  }, 300_000);
});

test("every type of PayPal's list is answered 200, and none fails", async () => {
  const base = JSON.parse(paypalEvent("PAYMENT.CAPTURE.COMPLETED"));
  const others = PAYPAL.map((event_type, i): [string, string] => [
    event_type,
    JSON.stringify({ ...base, id: `WH-SDK-${i}`, event_type, resource: { id: `X${i}`, status: "ACTIVE" } }),
  ]);
  const ours = paypalTypes.map((type): [string, string] => [type, paypalEvent(type)]);
  expect(await failures("paypal", [...others, ...ours])).toEqual([]);
}, 300_000);
