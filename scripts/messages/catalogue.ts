/**
 * What a database in which something happened says about its messages: the routes, their tables, and what was really
 * written.
 */
import type postgres from "postgres";
import type { Narrow, TableRow } from "../../functions/_shared/platform/rows.ts";

type RouteRow = TableRow<"outbox", "routes">;
type TableRoute = Narrow<
  RouteRow,
  { message_type: string; table_name: string; operations: ("INSERT" | "UPDATE" | "DELETE")[] }
>;

/** A route from a table, with what the scenario made it send. */
export interface Route
  extends Pick<TableRoute, "destination" | "message_type" | "table_name" | "operations">,
    Pick<TableRoute, "when_column" | "becomes" | "not_from" | "latest_only" | "description"> {
  /** What does the work at the destination: a file of functions/_shared/outbound/adapters/ or jobs/. */
  adapter: TableRow<"outbox", "destinations">["adapter"];
  /** The texts that are sent, the first first. */
  payloads: string[];
}

/** A route of events that are passed on as they came. */
export type EventRoute = Pick<
  Narrow<RouteRow, { provider: string; event_types: string[] }>,
  "destination" | "provider" | "event_types" | "description"
>;

/** A column of a table. */
export interface Field {
  name: string;
  type: string;
  /** The values of an enum, or of an array of it. */
  values: string[] | null;
  nullable: boolean;
  comment: string | null;
}

/** A table that messages are about. */
export interface Table {
  name: string;
  comment: string;
  fields: Field[];
  /** The comment of the function that adds to the row, where the trigger names one. */
  details: string | null;
}

export interface Catalogue {
  routes: Route[];
  events: EventRoute[];
  tables: Table[];
}

/** Reads it all. Tables come in the order in which sql/ makes them, routes in that of their tables. */
export async function readCatalogue(sql: postgres.Sql): Promise<Catalogue> {
  const routes = await sql<Route[]>`
    select r.destination, d.adapter, r.message_type, r.table_name, r.operations, r.when_column, r.becomes, r.not_from,
      r.latest_only, r.description,
      array(
        -- As outbox.claim hands it over, while the destination asks for no receipts.
        select m.payload
        from outbox.messages m
        join outbox.deliveries x on x.message_id = m.id and x.destination = r.destination
        cross join lateral (select m.payload::jsonb -> 'change' as change, m.payload::jsonb -> 'data' as data) p
        where m.type = r.message_type
          and p.change ->> 'table' = split_part(r.table_name, '.', 2)
          and p.change ->> 'operation' = any (r.operations)
          and (r.when_column is null or p.change ->> 'operation' <> 'UPDATE' or p.change -> 'columns' ? r.when_column)
          and (r.becomes is null or p.data ->> r.when_column = r.becomes)
        order by m.sequence
      ) as payloads
    from outbox.routes r
    join outbox.destinations d on d.name = r.destination
    where r.enabled and r.table_name is not null
    order by r.table_name::regclass::oid, r.id`;
  const events = await sql<EventRoute[]>`
    select r.destination, r.provider, r.event_types, r.description from outbox.routes r where r.enabled
      and r.provider is not null order by r.id`;
  const tables = await sql<Table[]>`
    select t.name, obj_description(t.name::regclass, 'pg_class') as comment,
      (
        select json_agg(json_build_object(
          'name', a.attname,
          'type', format_type(a.atttypid, a.atttypmod),
          'values', (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e
            -- An array's are those of its elements.
            where e.enumtypid in (a.atttypid, (select y.typelem from pg_type y where y.oid = a.atttypid))),
          'nullable', not a.attnotnull,
          -- A column that says nothing of its own has its type's comment already.
          'comment', nullif(concat_ws(' ', col_description(a.attrelid, a.attnum), (
            select nullif(obj_description(y.oid, 'pg_type'), col_description(a.attrelid, a.attnum))
            from pg_type y where y.oid = a.atttypid and y.typtype = 'e'
          )), '')
        ) order by a.attnum)
        from pg_attribute a
        where a.attrelid = t.name::regclass and a.attnum > 0 and not a.attisdropped
      ) as fields,
      (
        select obj_description(to_regprocedure(convert_from(substring(g.tgargs from 1 for octet_length(g.tgargs) - 1),
          'UTF8') || '(uuid)'), 'pg_proc')
        from pg_trigger g
        where g.tgrelid = t.name::regclass and g.tgfoid = 'outbox.capture_change'::regproc and g.tgnargs > 0
        limit 1
      ) as details
    from (select distinct r.table_name as name from outbox.routes r where r.enabled and r.table_name is not null) t
    order by t.name::regclass::oid`;
  return { routes: [...routes], events: [...events], tables: [...tables] };
}
