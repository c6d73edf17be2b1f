/**
 * What SQL refuses about a checkout, as an answer: the exception's `detail` is the code, its SQLSTATE decides the
 * status. Where it is about a product, `column` is the product's name and `table` its kind: words for buyers need
 * them.
 */

import type { ErrorCode } from "../http/error_codes.ts";
import { HttpError } from "../http/http_error.ts";
import { sqlState } from "../platform/database.ts";

const STATUS_BY_SQLSTATE: Record<string, number> = { "22023": 400, P0002: 404, P0001: 409 };
/** Answered 422 whatever their SQLSTATE: the request is right, and another way to pay may work. */
const UNPAYABLE_CODES = ["mixed_currencies", "not_sold_in_currency"];

/** The status of a code that SQL raises; undefined when an exception with this SQLSTATE is no refusal. */
export function statusOf(state: string, code: string): number | undefined {
  const status = STATUS_BY_SQLSTATE[state];
  return status !== undefined && UNPAYABLE_CODES.includes(code) ? 422 : status;
}

/** The refusal in an error of the database's, in the words of our own SQL alone. Null: something else went wrong. */
export function refusalOf(error: unknown): HttpError | null {
  const { message, detail, hint, column_name, table_name } = error as {
    message: string;
    detail?: string;
    hint?: string;
    column_name?: string;
    table_name?: string;
  };
  const status = statusOf(sqlState(error) ?? "", detail ?? "");
  // A `detail` of Postgres' own is a sentence.
  if (status === undefined || !/^[a-z_]+$/.test(detail ?? "")) return null;
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.${hint ? ` ${hint}` : ""}`;
  return new HttpError(status, detail as ErrorCode, sentence, {}, { name: column_name, kind: table_name });
}
