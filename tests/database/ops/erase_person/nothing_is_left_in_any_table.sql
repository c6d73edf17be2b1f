begin;
select plan(17);

-- A person with a row of nearly everything: a purchase that was sent, a course, lessons, a membership, questions.

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.create_user('instructor@tests.example');
select tests.a_course('physics');
select tests.a_product('chair');
select tests.a_checkout('cart', '{"chair": 1, "physics": 1}', 'amina@tests.example');
select tests.is_sold('bens', '{"chair": 1}', 'ben@tests.example');
update public.checkout_sessions s
set recipient_name = 'Amina Verylongname', recipient_phone = '+4915112345678', shipping_address =
  '{"line1": "Lindenstr. 5", "line2": "Hinterhaus links", "city": "Berlin", "region": null, "postal_code": "10969",
    "country": "DE"}'
where s.id = tests.id('cart');
select tests.receive(
  tests.fact_captured('pi_cart', 'cart', 2000) || '{"email": "Amina@tests.example"}',
  tests.fact_customer('cus_1', 'amina@tests.example') || '{"name": "Amina Verylongname", "phone": "+4915112345678"}',
  tests.fact_membership('sub_1', 'cancelled') || '{"email": "amina@tests.example"}'
);
update inbox.events e set body = '{"to": "Amina Verylongname <amina@tests.example>", "street": "Lindenstr. 5"}'
  where e.facts::text like '%amina@tests.example%';
update public.fulfillments f set status = 'shipped', recipient_name = 'Amina Verylongname',
  recipient_phone = '+4915112345678', note = 'ring twice' where f.order_id = (tests.the_order('cart')).id;
select tests.a_session('lesson', student => 'amina@tests.example');
update public.tutoring_sessions s set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'
  where s.id = tests.id('lesson');
select tests.receive(tests.fact_meeting('rec_1') || tests.a_summary() || tests.a_transcript() ||
  '{"people": [{"name": "Amina Verylongname", "email": "amina@tests.example"}]}');
insert into public.profiles (user_id, name) values (tests.user_id('amina@tests.example'), 'Amina Verylongname')
  on conflict (user_id) do update set name = excluded.name;
insert into public.student_questions (user_id, email, cohort_id, subject, question)
  values (tests.user_id('amina@tests.example'), 'amina@tests.example', tests.id('physics'), 'x', 'I am Amina');
insert into public.support_tickets (email, subject, body, status)
  values ('amina@tests.example', 'Lindenstr. 5', 'I moved', 'closed');
insert into public.cohort_messages (cohort_id, author_user_id, author_name, body)
  values (tests.id('physics'), tests.user_id('amina@tests.example'), 'Amina Verylongname', 'hello');
insert into public.form_submissions (provider, provider_ref, form, email, name, fields)
  values ('tests', 'f1', 'contact', 'amina@tests.example', 'Amina Verylongname', '{"phone": "+4915112345678"}');
insert into public.error_reports (user_id, app, message, details)
  values (tests.user_id('amina@tests.example'), 'app', 'x', '{"who": "amina@tests.example"}');
insert into public.credit_ledger (user_id, credits, reason, note)
  values (tests.user_id('amina@tests.example'), 5, 'granted', 'for Amina');
insert into public.credit_ledger (email, credits, reason) values ('amina@tests.example', 3, 'granted');
select ops.decide('tests.something', 'x', 'Amina@tests.example asked for it');
select ops.link_person(tests.user_id('amina@tests.example'), 'work@tests.example', 'amina@tests.example wrote so');
insert into ops.incidents (what, about, which, why, severity)
  values ('x', 'y', 'amina@tests.example', 'of amina%40tests.example', 'soon');

-- While something is under way
-- ---------------------------------------------------------------------------------------------------

select is(tests.refusal($$ select ops.erase_person('amina@tests.example', ' ') $$), '22023', 'not without a reason');
select is(tests.refusal($$ select ops.erase_person('amina', 'x') $$), '22023', 'nor without an address');
select is(tests.refusal($$ select ops.erase_person('nobody@tests.example', 'x') $$), 'P0002', 'nor somebody unknown');
select is(tests.refusal($$ select ops.erase_person('amina@tests.example', 'x') $$), 'P0001',
  'nor while a message is not delivered');
select matches(array_to_string(array(select * from ops.erasure_obstacles(tests.user_id('amina@tests.example'),
  '{amina@tests.example}', ops.word_pattern('amina@tests.example'))), ' '), 'wait for it, or outbox.cancel it',
  'the refusal says what to do first');
update outbox.deliveries d set status = 'delivered', settled_at = now(), lease_until = null where true;

create temporary table before as
select (select sum(p.amount_minor) from public.payments p) as paid,
  (select sum(o.total_minor) from public.orders o) as ordered,
  (select sum(l.credits) from public.credit_ledger l) as credits, (select count(*) from inbox.events) as events,
  (select count(*) from public.orders) as orders, (select count(*) from public.enrollments) as seats;
select isnt(ops.erase_person('AMINA@tests.example', 'asked for by amina@tests.example'), null, 'then it is done');

-- Afterwards
-- ---------------------------------------------------------------------------------------------------

create function tests.where_is(pattern text) returns text[] language plpgsql as $$
declare
  v_row record;
  v_found boolean;
  v_places text[] := '{}';
begin
  for v_row in
    select format('%I.%I', n.nspname, c.relname) as name, quote_ident(a.attname) as attname
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'tests', 'extensions',
        -- Realtime drops what it sent after three days; the migrations' own texts are no data.
        'realtime', 'supabase_migrations')
      and n.nspname !~ '^pg_' and has_table_privilege(c.oid, 'select')
  loop
    execute format('select exists (select from %s t where t.%s::text ~* %L)', v_row.name, v_row.attname, pattern)
      into v_found;
    if v_found then
      v_places := v_places || (v_row.name || '.' || v_row.attname);
    end if;
  end loop;
  return v_places;
end
$$;
select is(tests.where_is('amina(@|%40)tests'), '{}', 'no column of any table holds the address');
select is(tests.where_is('work@tests'), '{}', 'nor another address of the account');
select is(tests.where_is('amina'), '{}', 'nor the name');
select is(tests.where_is('lindenstr|hinterhaus'), '{}', 'nor the street');
select is(tests.where_is('4915112345678'), '{}', 'nor the phone');
select isnt(tests.where_is('ben@tests'), '{}', 'what another person has stays');
select is(
  (select b from before b),
  (select row((select sum(p.amount_minor) from public.payments p), (select sum(o.total_minor) from public.orders o),
    (select sum(l.credits) from public.credit_ledger l), (select count(*) from inbox.events),
    (select count(*) from public.orders), (select count(*) from public.enrollments))::before),
  'orders, payments, credits and totals stay'
);
select is_empty('select * from ops.inconsistencies', 'and are consistent');
select matches((select d.about || ' ' || d.reason from ops.decisions d where d.command = 'ops.erase_person'),
  '^erased-[0-9a-f]{12}-\d@erased.invalid asked for by erased-', 'it is recorded, without the address');
select is_empty($$ select from auth.users u where u.email = 'amina@tests.example' $$, 'the account is gone');

select tests.receive(tests.fact_refund('re_late', 'pi_cart', 500));
select is((tests.the_payment('pi_cart')).refunded_minor, 500::bigint, 'a later event about a payment has its effect');

select * from finish();
rollback;
