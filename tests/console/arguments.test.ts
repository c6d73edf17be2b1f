import { expect, test } from "vitest";
import { argumentsOf, fieldsOf, missing } from "../../web/console/src/actions/arguments.ts";
import type { Command } from "../../web/console/src/api/types.ts";

const refund: Command = {
  command: "commerce.request_refund",
  label: "Refund",
  description: "",
  needs_reason: true,
  about: "payment",
  each_of: null,
  arguments: [
    { name: "reason", type: "text", required: false, default: "null" },
    { name: "amount_minor", type: "bigint", required: false, default: "null" },
    { name: "restock", type: "boolean", required: false, default: "false" },
    { name: "payment_id", type: "uuid", required: true, default: null },
  ],
};

test("what the action knows comes first and stays; the reason comes last and must be given", () => {
  const fields = fieldsOf(refund, { arguments: { payment_id: "p1" }, needs_reason: true });
  expect(fields.map(({ name, fixed, required }) => [name, fixed, required])).toEqual([
    ["payment_id", true, true],
    ["amount_minor", false, false],
    ["restock", false, false],
    ["reason", false, true],
  ]);
  expect(missing(fields, { payment_id: "p1", reason: " " })).toEqual(["reason"]);
});

test("what a remedy leaves to be filled in is asked for", () => {
  const fields = fieldsOf(refund, { arguments: { payment_id: "p1", reason: "<why>" }, needs_reason: true });
  expect(fields.find(({ name }) => name === "reason")).toMatchObject({ fixed: false, initial: "" });
});

test("empty fields are left to their defaults, and large numbers stay exact", () => {
  const fields = fieldsOf(refund, { arguments: { payment_id: "p1" }, needs_reason: true });
  const texts = { payment_id: "p1", amount_minor: "90071992547409931", restock: "true", reason: "asked for it" };
  expect(argumentsOf(fields, texts)).toEqual({
    payment_id: "p1",
    amount_minor: "90071992547409931",
    restock: true,
    reason: "asked for it",
  });
  expect(argumentsOf(fields, { payment_id: "p1", reason: "x" })).toEqual({ payment_id: "p1", reason: "x" });
});
