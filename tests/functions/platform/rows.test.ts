/** Types only: it is `npm run check -- types` that fails. */
import { expectTypeOf, test } from "vitest";
import type { Delivery } from "../../../functions/_shared/outbound/adapter.ts";
import type {
  FunctionRecord,
  FunctionRow,
  FunctionValue,
  Narrow,
  Nullable,
  TableRow,
  Text,
} from "../../../functions/_shared/platform/rows.ts";
import type { ReceivedResult } from "../../../functions/_shared/providers/webhook_provider.ts";

test("a delivery has the columns of outbox.claim, as postgres.js returns them", () => {
  expectTypeOf<Delivery>().toEqualTypeOf<{
    delivery_id: string;
    attempt: number;
    message_id: string;
    type: string;
    destination: string;
    adapter: string;
    url: string | null;
    timeout_ms: number;
    provider: string | null;
    body: string;
    replay_id: string | null;
  }>();
});

test("an enum is its words, and what may be null says so", () => {
  expectTypeOf<ReceivedResult>().toEqualTypeOf<{
    id: string;
    status: "applied" | "ignored" | "parked" | "failed" | "dead";
    duplicate: boolean;
    error: string | null;
  }>();
});

test("a bigint that may be null is text or null", () => {
  expectTypeOf<Text<{ n: number | null; m: number }, "n">>().toEqualTypeOf<{ n: string | null; m: number }>();
});

test("a scalar, and one of a set of scalars, is a value", () => {
  expectTypeOf<FunctionValue<"outbox", "needs_courier">>().toEqualTypeOf<boolean>();
  expectTypeOf<FunctionValue<"outbox", "secrets_of">>().toEqualTypeOf<string>();
});

test("a table's row has no computed column", () => {
  expectTypeOf<TableRow<"inbox", "events">>().not.toHaveProperty("try_apply");
  expectTypeOf<TableRow<"inbox", "events">["status"]>().toEqualTypeOf<ReceivedResult["status"]>();
});

test("a name that the database does not have is an error", () => {
  // @ts-expect-error There is no such table.
  expectTypeOf<TableRow<"public", "no_such_table">>();
  // @ts-expect-error There is no such function.
  expectTypeOf<FunctionRow<"outbox", "no_such_function">>();
  // @ts-expect-error There is no such column.
  expectTypeOf<Nullable<FunctionRow<"outbox", "changes">, "no_such_column">>();
  // @ts-expect-error There is no such column.
  expectTypeOf<Narrow<FunctionRow<"outbox", "changes">, { no_such_column: "x" }>>();
});

test("a narrower type must be one of the column's", () => {
  // @ts-expect-error outcome is text.
  expectTypeOf<Narrow<FunctionRow<"outbox", "changes">, { outcome: 1 }>>();
});

test("columns that the generated types have are not stated again", () => {
  expectTypeOf<FunctionRecord<"outbox", "changes", { outcome: string }>>().toBeNever();
  expectTypeOf<FunctionRecord<"commerce", "may_capture", { reason: string }>>().toEqualTypeOf<{ reason: string }>();
});
