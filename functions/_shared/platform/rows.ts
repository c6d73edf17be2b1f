/**
 * Types of what the database returns, derived from database_types.ts, which `npm run types` writes. Types only: nothing
 * here is loaded. The generated types describe the Data API's JSON; where postgres.js (`Database.query`) or SQL is
 * different, the row says so with `Text`, `Nullable` or `Narrow`:
 *
 *     type Claimed = Nullable<Text<FunctionRow<"outbox", "claim">, "delivery_id">, "url">;
 *
 * - bigint and numeric are numbers in the generated types, and text from postgres.js: `Text`. In jsonb they are
 *   numbers.
 * - timestamptz is text in the generated types, and a Date from postgres.js. No statement here returns one.
 * - A function's columns are never null in the generated types, because Postgres does not record it: `Nullable`.
 * - A word with a check constraint is `string` in the generated types: `Narrow`.
 */
import type { Database as Schema } from "./database_types.ts";

type SchemaName = keyof Schema;
type Tables<S extends SchemaName> = Schema[S]["Tables"] & Schema[S]["Views"];
type Functions<S extends SchemaName> = Schema[S]["Functions"];
type Returned<S extends SchemaName, F extends keyof Functions<S>> = Functions<S>[F] extends { Returns: infer Returns }
  ? Returns
  : never;

/** A row of a table or view, without the functions that the Data API shows as columns. */
export type TableRow<S extends SchemaName, T extends keyof Tables<S>> = Tables<S>[T] extends {
  Row: infer Row;
  ComputedFields: infer Computed;
}
  ? Omit<Row, Computed & PropertyKey>
  : Tables<S>[T] extends { Row: infer Row }
    ? Row
    : never;

/** A row of a function that `returns table (…)`. */
export type FunctionRow<S extends SchemaName, F extends keyof Functions<S>> =
  Returned<S, F> extends (infer Row extends object)[] ? Row : never;

/** The value of a function that returns a scalar or a set of them: what `select f()` has in its column. */
export type FunctionValue<S extends SchemaName, F extends keyof Functions<S>> =
  Returned<S, F> extends (infer Value)[] ? Value : Returned<S, F>;

/**
 * The row of a function with OUT parameters. The generated types do not have its columns, so they are stated; `never`
 * as soon as they do.
 */
export type FunctionRecord<S extends SchemaName, F extends keyof Functions<S>, Columns> =
  Record<string, unknown> extends Returned<S, F> ? Columns : never;

/** One of the words of an enum. */
export type EnumValue<S extends SchemaName, E extends keyof Schema[S]["Enums"]> = Schema[S]["Enums"][E];

/** `Row` with these bigint or numeric columns as text, as postgres.js returns them. */
export type Text<Row, Columns extends keyof Row> = {
  [Column in keyof Row]: Column extends Columns ? string | Extract<Row[Column], null> : Row[Column];
};

/** `Row` with these columns, which may be null. */
export type Nullable<Row, Columns extends keyof Row> = {
  [Column in keyof Row]: Column extends Columns ? Row[Column] | null : Row[Column];
};

/** `Row` with narrower types for some columns: the words of a check constraint, or what is in a jsonb. */
export type Narrow<
  Row,
  Columns extends { [Column in keyof Columns]: Column extends keyof Row ? Row[Column] : never },
> = {
  [Column in keyof Row]: Column extends keyof Columns ? Columns[Column] : Row[Column];
};
