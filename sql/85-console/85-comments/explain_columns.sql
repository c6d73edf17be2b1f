-- In Studio the comment is what explains a column. Those of one name mean the same in every table, and are explained
-- here, once; where one means something of its own, the table's file says so, and that stays.
create function console.explain_columns() returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_known constant jsonb := '{
    "id": "Its id, made here. A uuid of version 7 sorts by time.",
    "created_at": "When the row was written.",
    "updated_at": "When the row last changed.",
    "provider": "Which provider: a name of inbox.providers, such as stripe.",
    "provider_ref": "The provider''s id of it.",
    "customer_ref": "The provider''s id of the customer.",
    "currency": "ISO 4217 code in capital letters, such as EUR.",
    "email": "E-mail address.",
    "user_id": "The account (auth.users). Null: none.",
    "name": "Its name, as people read it.",
    "title": "Its title, as people read it.",
    "description": "For people: nothing depends on it.",
    "note": "For people: nothing depends on it.",
    "reason": "Why, as a sentence.",
    "body": "Its text, as it was written.",
    "starts_at": "When it begins.",
    "ends_at": "When it ends.",
    "started_at": "When it began.",
    "ended_at": "When it ended. Null: it has not.",
    "finished_at": "When it ended.",
    "completed_at": "When it was completed. Null: it is not.",
    "cancelled_at": "When it was cancelled. Null: it was not.",
    "expired_at": "When it expired. Null: it has not.",
    "expires_at": "When it expires.",
    "quantity": "How many.",
    "sku": "The product''s name for programs.",
    "count": "How many.",
    "minute": "The minute that is counted, UTC.",
    "only_row": "Always true: the table has one row.",
    "destination": "A name of outbox.destinations.",
    "product_id": "The product (public.products).",
    "payment_id": "The payment (public.payments).",
    "checkout_session_id": "The checkout (public.checkout_sessions).",
    "order_id": "The order (public.orders).",
    "author_user_id": "The account that wrote it.",
    "event_id": "The webhook (inbox.events).",
    "courier": "The run that did it (outbox.couriers).",
    "occurred_at": "When it happened, by the provider''s clock.",
    "happened_at": "When it happened.",
    "polled_at": "When it was last asked for news.",
    "status_since": "Since when it has this status.",
    "cause": "What moved it to this status.",
    "period_start": "When the period that is paid began.",
    "period_end": "When the period that is paid ends.",
    "active": "Whether it can be used now.",
    "source": "Which kind of thing it is of.",
    "meet_link": "The link to the meeting.",
    "refund_currency": "ISO 4217 code in capital letters, such as EUR. Null: nothing is refunded.",
    "current_period_start": "When the period that is paid began.",
    "current_period_end": "When the period that is paid ends.",
    "cancel_at_period_end": "Whether it ends with the period that is paid.",
    "url": "Its address on the web.",
    "share_url": "Its address on the web, for those without an account there.",
    "scheduled_start_at": "When it was to begin.",
    "scheduled_end_at": "When it was to end.",
    "language": "Its language, as the provider names it.",
    "summary_markdown": "What was said, in short, as Markdown.",
    "summary_as_of_event": "The provider''s id of the event that it is from.",
    "action_items_as_of_event": "The provider''s id of the event that they are from."
  }';
  v_column record;
  v_text text;
  v_count integer := 0;
begin
  for v_column in
    select a.attrelid, a.attnum, a.attname, n.nspname, c.relname, a.atttypid,
      (
        select f.confrelid from pg_catalog.pg_constraint f
        where f.conrelid = a.attrelid and f.contype = 'f' and f.conkey = array[a.attnum] limit 1
      ) as refers_to
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
      and n.nspname in ('public', 'ops', 'inbox', 'outbox', 'commerce', 'learning', 'tutoring', 'calendar', 'community',
        'console')
      and pg_catalog.col_description(a.attrelid, a.attnum) is null
    order by n.nspname, c.relname, a.attnum
  loop
    v_text := coalesce(
      case when v_column.refers_to is not null then format('The row of %s that it belongs to.',
        v_column.refers_to::regclass) end,
      -- A drop-down: its values are explained with the type.
      (
        select pg_catalog.obj_description(t.oid, 'pg_type') from pg_catalog.pg_type t
        where t.oid = v_column.atttypid and t.typtype = 'e'
      ),
      v_known ->> v_column.attname
    );
    if v_text is not null then
      execute format('comment on column %I.%I.%I is %L', v_column.nspname, v_column.relname, v_column.attname, v_text);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$$;
comment on function console.explain_columns() is
  'Gives every column that has no comment the one of its name, of the table that it refers to, or of its type: run it '
  'after a migration that adds columns. Returns how many got one.';
