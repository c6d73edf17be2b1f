/** docs/reference/messages.md: made from the routes as they are, and true to what is sent. */
import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, test } from "vitest";
import type { Delivery } from "../../../functions/_shared/outbound/adapter.ts";
import { standardWebhook } from "../../../functions/_shared/outbound/adapters/standard_webhook.ts";
import { developmentEnvironment } from "../../../local/environment.ts";
import { describeMessages, type Messages, PAGE, SCHEMA } from "../../../scripts/messages.ts";

const page = await readFile(PAGE, "utf8");
const examples = [...page.matchAll(/### `([^`]+)`\n\n```json\n(.+?)```/gs)].map(([, type, json]) => ({
  type: type!,
  body: JSON.stringify(JSON.parse(json!)),
}));

let made: Messages;
beforeAll(async () => {
  made = await describeMessages();
});

test("every route to a receiver has a message in the scenario (scripts/messages/scenario.ts)", () => {
  expect(made.missing).toEqual([]);
});

test("the page is what the routes make of it (npm run messages)", () => {
  expect(page, "docs/reference/messages.md is not what sql/ says: npm run messages").toBe(made.page);
});

describe("the JSON Schema", () => {
  const validator = () => {
    const ajv = new Ajv2020({ allErrors: true });
    addFormats.default(ajv);
    return ajv.compile(JSON.parse(made.schema));
  };

  test("is what the routes make of it (npm run messages)", async () => {
    const committed = await readFile(SCHEMA, "utf8");
    expect(committed, "docs/reference/messages.schema.json is not what sql/ says: npm run messages").toBe(made.schema);
  });

  test("has every message that was written", () => {
    const validate = validator();
    const refused = made.payloads.filter((text) => !validate(JSON.parse(text)));
    expect(made.payloads.length).toBeGreaterThan(examples.length);
    expect(refused).toEqual([]);
  });

  test("refuses a message without one of its members, of another type, or with another value", () => {
    const validate = validator();
    const order = () => JSON.parse(examples.find(({ type }) => type === "order.created")!.body);
    expect(validate(order())).toBe(true);
    const { total_minor: _, ...data } = order().data;
    expect(validate({ ...order(), data })).toBe(false);
    expect(validate({ ...order(), type: "order.vanished" })).toBe(false);
    expect(validate({ ...order(), data: { ...order().data, status: "lost" } })).toBe(false);
    expect(validate({ ...order(), data: { ...order().data, total_minor: "12.50" } })).toBe(false);
  });
});

test("every type in its table has an example", () => {
  const types = [...page.matchAll(/^\| \[`(.+?)`\]\(#/gm)].map(([, type]) => type);
  expect(types.length).toBeGreaterThan(0);
  expect(examples.map(({ type }) => type)).toEqual(types);
});

describe.each(examples)("the example of $type", ({ type, body }) => {
  test("is a Standard Webhooks payload of less than 20 kB", () => {
    expect(JSON.parse(body)).toMatchObject({
      type,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { id: expect.any(String) },
      change: {
        table: expect.any(String),
        operation: expect.stringMatching(/^(INSERT|UPDATE|DELETE)$/),
        sequence: expect.any(Number),
      },
    });
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
  });

  test("verifies, signed as it is sent", async () => {
    const secret = developmentEnvironment().MAKE_SIGNING_SECRET!;
    const delivery = { message_id: crypto.randomUUID(), destination: "make", body } as Delivery;
    const headers = await standardWebhook.headers(delivery, [secret], () => undefined, Date.now());
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });
});
