/**
 * What Postgres has to say of a changed row: its columns and who may read them, its values as JSON, and whether
 * RLS lets someone see it. Postgres itself converts, compares and judges, so that the answers are its own.
 */
import { type Filter, OPERATORS } from "./bindings.ts";
import type { Database } from "./database.ts";
import type { Row } from "./pgoutput.ts";
import type { Claims } from "./token.ts";

export interface Column {
  name: string;
  /** As the client sees it: int8, timestamptz, _text, the name of an enum. */
  type: string;
  /** As SQL writes it. */
  sqlType: string;
  primaryKey: boolean;
  /** Roles with the SELECT privilege. */
  readers: string[];
}

export interface Table {
  oid: number;
  schema: string;
  name: string;
  rowSecurity: boolean;
  columns: Column[];
}

const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;
const quoteText = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** The tables as they are now, with what each of `roles` ($1) may read. */
const DESCRIPTION = `
  select c.oid, n.nspname as schema, c.relname as name, c.relrowsecurity as "rowSecurity",
    (
      select coalesce(json_agg(json_build_object(
        'name', a.attname,
        'type', t.typname,
        'sqlType', format_type(a.atttypid, -1),
        'primaryKey', a.attnum = any (k.conkey),
        'readers', (
          select coalesce(json_agg(r.rolname), '[]') from pg_roles r
          where r.rolname = any ($1::text[]) and has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT')
        )
      ) order by a.attnum), '[]')
      from pg_attribute a
      join pg_type t on t.oid = a.atttypid
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ) as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
`;

export async function describeTables(database: Database, oids: number[], roles: string[]): Promise<Map<number, Table>> {
  const tables = await database.query<Table>(`${DESCRIPTION} where c.oid = any ($2::oid[])`, [roles, oids]);
  return new Map(tables.map((table) => [table.oid, table]));
}

/** The tables of a publication that a binding means. */
export async function publishedTables(
  database: Database,
  publication: string,
  { schema, table }: { schema: string; table: string },
  role: string,
): Promise<Table[]> {
  return database.query<Table>(
    `${DESCRIPTION} where (n.nspname, c.relname) in (
      select p.schemaname, p.tablename from pg_publication_tables p
      where p.pubname = $2 and $3::text in ('*', p.schemaname) and $4::text in ('*', p.tablename)
    )`,
    [[role], publication, schema, table],
  );
}

/** Collects values to ask Postgres for in one query. */
class Question {
  private readonly selected: string[] = [];
  private readonly values: (string | null)[] = [];

  /** A value from the WAL, typed. */
  private typed(value: string | null, sqlType: string): string {
    this.values.push(value);
    return `$${this.values.length}::text::${sqlType}`;
  }

  private select(expression: string): number {
    return this.selected.push(expression) - 1;
  }

  json(value: string | null, column: Column): number {
    return this.select(`coalesce(to_jsonb(${this.typed(value, column.sqlType)})::text, 'null')`);
  }

  passes(value: string | null, column: Column, filter: Filter): number {
    const left = this.typed(value, column.sqlType);
    const right = this.typed(filter.value, filter.operator === "in" ? `${column.sqlType}[]` : column.sqlType);
    return this.select(`coalesce((${left} ${OPERATORS[filter.operator]} (${right})), false)::text`);
  }

  async ask(database: Database): Promise<string[]> {
    if (this.selected.length === 0) return [];
    return (await database.row(`select ${this.selected.join(", ")}`, this.values)) as string[];
  }
}

/** @throws Error when the column cannot be compared with the value. */
export async function checkFilter(database: Database, column: Column, filter: Filter): Promise<void> {
  const question = new Question();
  question.passes(null, column, filter);
  await question.ask(database);
}

export interface Values {
  /** JSON by column. */
  record: Map<string, string>;
  oldRecord: Map<string, string>;
  passed: Set<Filter>;
}

/** A row's values as JSON, and which of the filters it passes: those on a column that the row lacks it does not. */
export async function readValues(
  database: Database,
  table: Table,
  { record, oldRecord, filters }: { record?: Row; oldRecord?: Row; filters: Filter[] },
): Promise<Values> {
  const question = new Question();
  const ask = (row: Row | undefined) =>
    table.columns
      .filter(({ name }) => row?.has(name))
      .map((column) => [column.name, question.json(row!.get(column.name)!, column)] as const);
  const asked = { record: ask(record), oldRecord: ask(oldRecord) };
  // Only a delete has no record: its filters can look at the old one alone.
  const row = record ?? oldRecord;
  const askedFilters = filters.flatMap((filter) => {
    const column = table.columns.find(({ name }) => name === filter.column);
    return column && row?.has(column.name)
      ? [[filter, question.passes(row.get(column.name)!, column, filter)] as const]
      : [];
  });

  const answer = await question.ask(database);
  const answered = (places: (readonly [string, number])[]) => new Map(places.map(([name, at]) => [name, answer[at]!]));
  return {
    record: answered(asked.record),
    oldRecord: answered(asked.oldRecord),
    passed: new Set(askedFilters.filter(([, at]) => answer[at] === "true").map(([filter]) => filter)),
  };
}

/** Does RLS let these claims see the row with this primary key? */
export async function canSee(database: Database, table: Table, row: Row, claims: Claims): Promise<boolean> {
  const key = table.columns
    .filter((column) => column.primaryKey)
    .map(({ name, sqlType }) => `${quoteName(name)} = ${quoteText(row.get(name)!)}::${sqlType}`);
  // One transaction, so that the settings are gone with it; in one round trip, for there may be many to ask for.
  const [seen] = await database.script<{ yes: boolean }>(`
    select set_config('role', ${quoteText(claims.role)}, true),
      set_config('request.jwt.claims', ${quoteText(JSON.stringify(claims))}, true);
    select exists (select from ${quoteName(table.schema)}.${quoteName(table.name)} where ${key.join(" and ")}) as yes
  `);
  return seen!.yes;
}
