-- Events of the provider "tests", their results in any order, and the reconciler.

create sequence tests.event_number;

create function tests.an_event(id text, variadic facts jsonb[] default '{}') returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'provider', 'tests', 'provider_event_id', id, 'type', 'something.happened', 'subject', null, 'trust', 'signed',
    'occurred_at', tests.moment(0), 'body', json_build_object('id', id)::text, 'headers', '{}'::jsonb, 'facts',
      to_jsonb(facts), 'error', null
  )
$$;
comment on function tests.an_event(text, jsonb[]) is
  'An event as inbox.receive takes it; signed, unless one adds || ''{"trust": …}''.';

create function tests.receive_events(variadic events jsonb[]) returns text
language sql as $$ select string_agg(r.status::text, ' ') from inbox.receive(to_jsonb(events)) r $$;
comment on function tests.receive_events(jsonb[]) is
  'Receives them in one call. Returns the status of each: "applied parked".';

create function tests.receive(variadic facts jsonb[]) returns text
language sql as $$
  select tests.receive_events(tests.an_event('evt_' || lpad(nextval('tests.event_number')::text, 9, '0'),
    variadic facts))
$$;
comment on function tests.receive(jsonb[]) is 'Receives a new event with these facts. Returns its status.';

create function tests.is_paid(name text, ref text default null, provider text default 'tests') returns text
language sql as $$
  select tests.receive_events(
    tests.an_event('evt_paid_' || is_paid.name || coalesce(is_paid.ref, ''),
      tests.fact_captured(coalesce(is_paid.ref, 'pi_' || is_paid.name), is_paid.name, s.total_minor, s.currency))
      || jsonb_build_object('provider', is_paid.provider)
  )
  from tests.the_checkout(is_paid.name) s
$$;
comment on function tests.is_paid(text, text, text) is 'Captures a checkout''s payment pi_<name>.';

create function tests.is_sold(name text, items jsonb default '{"chair": 1}', email text default 'buyer@tests.example')
  returns void
language sql as $$
  select tests.a_checkout(name, items, email);
  select tests.is_paid(name)
$$;
comment on function tests.is_sold(text, jsonb, text) is 'A checkout that is paid by payment pi_<name>.';

create function tests.begins(key text, fingerprint text default 'f1', caller text default 'guest') returns text
language plpgsql as $$
declare
  v record;
begin
  update commerce.settings s set guest_share = 1 where s.id;
  v := commerce.begin_checkout(caller, key, fingerprint, 'buyer@tests.example', '[{"sku": "chair", "quantity": 2}]',
    null, null);
  perform tests.remember('cart', v.checkout_session_id::text);
  return v.outcome;
end
$$;
comment on function tests.begins(text, text, text) is
  'A call of functions/checkout for two chairs: its outcome. The checkout is remembered as cart.';

create function tests.asked() returns text
language sql as $$ select string_agg(a.provider || ' ' || a.kind || ' ' || a.ref, ', ' order by a.ref)
  from commerce.claim_status_checks(tests.id('cart')) a $$;
comment on function tests.asked() is 'The providers that may be asked now for the buyer who waits for the cart.';

create function tests.passes(seconds integer) returns void
language sql as $$
  update public.checkout_sessions set returned_at = returned_at - make_interval(secs => seconds)
    where id = tests.id('cart');
  update public.started_payments set asked_at = asked_at - make_interval(secs => seconds)
    where checkout_session_id = tests.id('cart');
$$;
comment on function tests.passes(integer) is 'Lets time pass for the buyer of the cart.';

create function tests.the_event(id text) returns inbox.events
language sql stable as $$ select e from inbox.events e where e.provider = 'tests'
  and e.provider_event_id = the_event.id $$;

create function tests.unconfirmed(id text, variadic facts jsonb[] default '{}') returns jsonb
language sql stable as $$ select tests.an_event(id, variadic facts) || '{"trust": "unconfirmed"}' $$;

create function tests.confirmed(id text, variadic facts jsonb[] default '{}') returns jsonb
language sql stable as $$
  select tests.an_event(id, variadic facts) || '{"trust": "confirmed", "confirmation": "what the provider says"}' $$;

create function tests.time_passes(id text, how_long interval) returns void
language sql as $$
  update inbox.events e set next_attempt_at = e.next_attempt_at - how_long, received_at = e.received_at - how_long
  where e.provider = 'tests' and e.provider_event_id = time_passes.id
$$;
comment on function tests.time_passes(text, interval) is 'For an event: makes it due now if it was due in an hour.';

create function tests.the_state() returns jsonb
language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'events', (select jsonb_object_agg(e.provider_event_id, e.status) from inbox.events e where e.provider = 'tests'),
    'payments', (
      select jsonb_object_agg(p.provider_ref,
        to_jsonb(p) - '{id,created_at,updated_at,provider,provider_ref,needs_review}'::text[])
      from public.payments p where p.provider = 'tests'
    ),
    'orders', (
      select jsonb_object_agg(p.provider_ref, to_jsonb(o) - '{id,number,payment_id,created_at,updated_at}'::text[])
      from public.orders o join public.payments p on p.id = o.payment_id where p.provider = 'tests'
    ),
    'checkouts', (
      select jsonb_object_agg(s.id, jsonb_build_object('status', s.status, 'stock', (
        select jsonb_object_agg(r.product_id, r.status) from public.stock_reservations r
        where r.checkout_session_id = s.id
      )))
      from public.checkout_sessions s
    ),
    -- versions count the steps, not the result
    'products', (select jsonb_object_agg(p.sku, to_jsonb(p) -
      '{id,created_at,updated_at,version,stock_version,catalog_versions}'::text[]) from public.products p),
    'seats', (select jsonb_object_agg(c.name || ' ' || e.email, e.status || case when e.cancelled_by_refund
      then ' by refund' else '' end) from public.enrollments e join public.cohorts c on c.id = e.cohort_id),
    'parcels', (select jsonb_object_agg(o.checkout_session_id, f.status) from public.fulfillments f join public.orders o
      on o.id = f.order_id),
    'approvals', (
      select jsonb_object_agg(a.provider_ref || ' ' || ops.iso_utc(a.approved_at),
        to_jsonb(a) - '{id,created_at,provider,provider_ref,approved_at}'::text[])
      from public.payment_approvals a where a.provider = 'tests'
    ),
    'credits', (
      -- The balance, and not its entries: a refund that failed leaves no trace when its failure was received first.
      select jsonb_object_agg(c.provider_ref || ' of ' || coalesce(c.user_id::text, 'nobody known'), c.balance)
      from (
        select p.provider_ref, l.user_id, sum(l.credits) as balance
        from public.credit_ledger l join public.payments p on p.id = l.payment_id
        where p.provider = 'tests'
        group by p.provider_ref, l.user_id
        having sum(l.credits) <> 0
      ) c
    ),
    'refunds', (
      select jsonb_object_agg(r.provider_ref, to_jsonb(r) - '{id,payment_id,created_at,updated_at}'::text[])
      from public.refunds r where r.provider = 'tests'
    ),
    'disputes', (
      select jsonb_object_agg(d.provider_ref, to_jsonb(d) - '{id,payment_id,created_at,updated_at}'::text[])
      from public.disputes d where d.provider = 'tests'
    ),
    'customers', (
      select jsonb_object_agg(c.provider_ref, to_jsonb(c) - '{id,created_at,updated_at}'::text[])
      from public.customers c where c.provider = 'tests'
    ),
    'memberships', (
      select jsonb_object_agg(m.provider_ref, to_jsonb(m) - '{id,created_at,updated_at}'::text[])
      from public.memberships m where m.provider = 'tests'
    ),
    'sessions', (select jsonb_object_agg(s.title, to_jsonb(s) - '{id,created_at,updated_at,order_item_id}'::text[])
      from public.tutoring_sessions s),
    'appointments', (select jsonb_object_agg(a.title, to_jsonb(a) - '{id,created_at,updated_at}'::text[])
      from public.appointments a),
    'questions', (select jsonb_object_agg(q.subject, to_jsonb(q) - '{id,created_at,updated_at,answered_at}'::text[])
      from public.student_questions q),
    'replies', (
      select jsonb_object_agg(r.provider_ref, to_jsonb(r) - '{id,ticket_id,provider,created_at}'::text[])
      from public.ticket_replies r where r.provider = 'tests'
    ),
    'forms', (
      select jsonb_object_agg(f.provider_ref, to_jsonb(f) - '{id,provider,created_at}'::text[])
      from public.form_submissions f where f.provider = 'tests'
    ),
    'invoices', (
      select jsonb_object_agg(i.provider_ref, to_jsonb(i) - '{id,membership_id,created_at,updated_at}'::text[])
      from public.membership_invoices i where i.provider = 'tests'
    ),
    'invoice_payments', (
      select jsonb_object_agg(l.invoice_ref || ' ' || l.payment_ref, to_jsonb(l) - '{id,created_at}'::text[])
      from public.invoice_payments l where l.provider = 'tests'
    )
  ))
$$;
comment on function tests.the_state() is
  'All business state that events decide, without values that differ from row to row by nature.';

create function tests.every_order(things jsonb[]) returns setof jsonb[]
language plpgsql stable as $$
begin
  if cardinality(things) <= 1 then
    return next things;
    return;
  end if;
  for i in 1 .. cardinality(things) loop
    return query select array[things[i]] || o from tests.every_order(things[: i - 1] || things[i + 1 :]) o;
  end loop;
end
$$;

create function tests.ends_the_same_in_every_order(description text, variadic events jsonb[]) returns text
language plpgsql as $$
declare
  v_order jsonb[];
  v_together boolean;
  v_state jsonb;
  v_states jsonb := '{}'; -- state → the first order that led there
begin
  for v_order, v_together in
    select o, t from tests.every_order(events) o, unnest(array[false, true]) t
  loop
    begin
      -- Each by itself or all in one call, and then all again: duplicates change nothing.
      if v_together then
        perform tests.receive_events(variadic v_order);
      else
        perform tests.receive_events(e) from unnest(v_order) as e;
      end if;
      v_state := tests.the_state();
      perform tests.receive_events(e) from unnest(v_order) as e;
      if tests.the_state() <> v_state then
        v_state := tests.the_state() || '{"duplicates": "changed it"}';
      end if;
      raise exception using errcode = 'TS001';
    exception when sqlstate 'TS001' then
      null; -- undone
    end;
    if not v_states ? v_state::text then
      v_states := v_states || jsonb_build_object(v_state::text, (select string_agg(e ->> 'provider_event_id', ', ')
        from unnest(v_order) e) || case when v_together then ' in one call' else '' end);
    end if;
  end loop;
  return extensions.ok((select count(*) from jsonb_object_keys(v_states)) = 1, description)
    || coalesce((
      select string_agg(E'\n' || extensions.diag(s.value || ' ends in ' || d.differing), '')
      from jsonb_each_text(v_states) s
      cross join lateral (
        -- Only rows that differ.
        select jsonb_object_agg(c.key, c.value)::text as differing
        from jsonb_each(s.key::jsonb) c
        where exists (select 1 from jsonb_object_keys(v_states) o where o::jsonb -> c.key is distinct from c.value)
      ) d
      where d.differing is not null
    ), '');
end
$$;
comment on function tests.ends_the_same_in_every_order(text, jsonb[]) is
  'An assertion: these events, received in any order, one by one or in one call, each once or twice, end in one state.';

create function tests.a_provider(reconciled_until timestamptz default now()) returns void
language sql as $$ insert into inbox.providers (name, reconciled_until)
  values ('tests', a_provider.reconciled_until) $$;

create function tests.the_provider() returns inbox.providers
language sql stable as $$ select p from inbox.providers p where p.name = 'tests' $$;

create function tests.a_reconciliation(name text, since interval default '3 days') returns void
language sql as $$ select tests.remember(name, inbox.reconcile('tests', since => now() - a_reconciliation.since)::text)
  $$;

create function tests.the_reconciliation(name text) returns inbox.reconciliations
language sql stable as $$ select r from inbox.reconciliations r where r.id = tests.id(name) $$;

create function tests.missing(lists text, variadic events jsonb[]) returns text
language sql stable as $$ select string_agg(m.position::text, ' ') from inbox.missing(to_jsonb(events), lists) m $$;
comment on function tests.missing(text, jsonb[]) is 'The positions of the missing ones: "0 2".';

create function tests.knows(fact jsonb) returns boolean
language sql stable as $$ select inbox.knows_fact('tests', fact) $$;

create function tests.to_ask_about() returns text
language sql stable as $$ select string_agg(a.kind || ' ' || a.ref, ', ') from inbox.to_ask_about('tests') a $$;

create function tests.a_paid_lesson(name text, starts_at timestamptz, student text default 'student@tests.example',
  provider text default 'stripe') returns void
language sql as $$
  select tests.a_booking(name, 'lesson', starts_at - now(), student);
  select tests.is_paid(name, provider => a_paid_lesson.provider);
  select tests.remember('session', (tests.the_booking(name)).id::text);
$$;
comment on function tests.a_paid_lesson(text, timestamptz, text, text) is
  'A session of the product lesson, bought and paid; tests.id(''session'').';

create function tests.books(who text, sku text, starts_in interval, key text default 'k1') returns text
language plpgsql as $$
declare
  v_session public.tutoring_sessions;
  v_word text;
begin
  perform tests.authenticate_as(who);
  begin
    v_session := public.book_session(sku, now() + starts_in, key);
  exception when others then
    get stacked diagnostics v_word = pg_exception_detail;
    perform tests.as_owner();
    return concat_ws(' ', sqlstate, nullif(v_word, ''));
  end;
  perform tests.as_owner();
  perform tests.remember('session', v_session.id::text);
  return format('%s for %s, %s left', v_session.title, v_session.price_credits,
    community.balance(tests.user_id(who)));
end
$$;
comment on function tests.books(text, text, interval, text) is
  'Books with credits, as the app does: what was booked, or why not; tests.id(''session'').';

create function tests.cancels(who text, reason text default null, refund boolean default null) returns text
language plpgsql as $$
declare
  v_change public.tutoring_session_changes;
  v_word text;
begin
  perform tests.authenticate_as(who);
  begin
    v_change := public.cancel_session(tests.id('session'), reason, refund);
  exception when others then
    get stacked diagnostics v_word = pg_exception_detail;
    perform tests.as_owner();
    return concat_ws(' ', sqlstate, nullif(v_word, ''));
  end;
  perform tests.as_owner();
  return concat_ws(' ', v_change.changed_as, v_change.refund, v_change.refund_minor, v_change.refund_credits);
end
$$;
comment on function tests.cancels(text, text, boolean) is
  'Cancels tests.id(''session'') in the app: "student requested 1000", or how it was refused.';

create function tests.moves(who text, starts_at timestamptz, reason text default null, key text default null)
  returns text
language plpgsql as $$
declare
  v_change public.tutoring_session_changes;
  v_word text;
begin
  perform tests.authenticate_as(who);
  begin
    v_change := public.reschedule_session(tests.id('session'), moves.starts_at, reason, moves.key);
  exception when others then
    get stacked diagnostics v_word = pg_exception_detail;
    perform tests.as_owner();
    return concat_ws(' ', sqlstate, nullif(v_word, ''));
  end;
  perform tests.as_owner();
  return concat_ws(' ', v_change.changed_as, v_change.number);
end
$$;
comment on function tests.moves(text, timestamptz, text, text) is
  'Moves tests.id(''session'') in the app: "student 1" for the first change, or how it was refused.';

create function tests.is_locked(lock bigint) returns boolean language sql as $$
  select exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted and l.objsubid = 1
      and (l.classid::bigint << 32 | l.objid::bigint) = lock
  )
$$;
comment on function tests.is_locked(bigint) is 'Whether this transaction holds an advisory lock.';

create function tests.is_locked(key text) returns boolean language sql as $$
  select tests.is_locked(hashtextextended(key, 0))
$$;
comment on function tests.is_locked(text) is
  'Whether this transaction holds the lock of an object, by its key: tests/payment/pi_1.';
