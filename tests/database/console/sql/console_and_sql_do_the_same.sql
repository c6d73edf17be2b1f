begin;
select plan(4);

-- Each row of console.commands, once by console.run and once by the text of console.sql as its owner types it in
-- Studio:
-- triggers of this test's own note what either changes. Both are undone.
select tests.an_admin('admin@tests.example'), tests.create_user('amina@tests.example'), tests.a_provider();
update inbox.providers p set can_refund = true where p.name = 'tests';
select tests.a_destination('tests_a'), tests.a_destination('tests_b');
select tests.a_delivery('dead'), tests.a_delivery('waits'), tests.a_delivery('done');
update outbox.deliveries d set status = 'dead', settled_at = now() where d.id = (tests.the_delivery('dead')).id;
update outbox.deliveries d set last_error = '503', attempts = 1, next_attempt_at = now() + interval '1 hour'
  where d.id = (tests.the_delivery('waits')).id;
update outbox.deliveries d set status = 'delivered', settled_at = now(), receipt_due_at = now() - interval '1 hour'
  where d.id = (tests.the_delivery('done')).id;
update outbox.destinations d set paused_at = now(), paused_reason = 'a test' where d.name = 'tests_b';
insert into outbox.routes (destination, message_type, table_name, operations, enabled)
  values ('tests_a', 'tests.on', 'public.orders', '{INSERT}', true), ('tests_a', 'tests.off', 'public.orders',
    '{INSERT}',
    false);
select outbox.rotate_secret('tests_b'), outbox.rotate_secret('tests_b');
select tests.receive_events(tests.an_event('evt_bad', '{"type": "nonsense"}'));
insert into inbox.shapes (provider, version, type, fields, changes) values ('tests', '1', 'x', '{"a": "text"}', '{a}');
select tests.receive(tests.fact_membership('sub_1', 'active'));
select tests.receive(tests.fact_membership('sub_1', 'active') || '{"product_ref": "price_2"}');
select tests.a_product('chair', 1000, 50), tests.a_product('rare', 1000, 1);
select tests.is_sold('cart'), tests.is_sold('guests', '{"chair": 1}', 'work@tests.example');
select tests.receive(tests.fact_dispute('dp_1', 'pi_guests', 'lost'));
insert into public.refund_requests (payment_id, amount_minor, currency, status, error, requested_by)
  values ((tests.the_payment('pi_guests')).id, 400, 'EUR', 'refused', 'Disputed.', 'an admin');
select tests.a_checkout('less', '{"chair": 2}');
select tests.receive(tests.fact_captured('pi_less', 'less', 1999));
select tests.a_checkout('late', '{"rare": 1}');
select tests.receive(tests.fact_checkout_expired('late'));
select tests.a_checkout('quick', '{"rare": 1}');
select tests.receive(tests.fact_captured('pi_late', 'late'));
select tests.a_checkout('open'), tests.a_checkout('over');
update public.checkout_sessions s set expires_at = now() - interval '1 day' where s.id = tests.id('over');
select tests.receive(tests.fact_captured('pi_credits') || tests.buying_credits(50) ||
  '{"email": "amina@tests.example"}');
select community.spend_credits(20, 'lesson', 'An hour', tests.user_id('amina@tests.example'));
select tests.receive(tests.fact_refund('re_credits', 'pi_credits', 1000));
select tests.joins('m', '{"email": "amina@tests.example"}');
select calendar.connect(appointments => false);
select tests.a_session('lesson', 100000), tests.a_coming_session('coming');
select tests.receive(tests.fact_meeting('rec_1'));
update public.payments p set refunded_minor = 0, status = 'captured' where p.provider_ref = 'pi_guests';

create temporary table cases (command text, arguments jsonb);
insert into cases values
  ('inbox.retry', jsonb_build_object('event_id', (tests.the_event('evt_bad')).id)),
  ('inbox.read_again', jsonb_build_object('event_id', (tests.the_event('evt_bad')).id)),
  ('inbox.ignore', jsonb_build_object('event_id', (tests.the_event('evt_bad')).id)),
  ('inbox.reconcile', '{"provider": "tests"}'),
  ('inbox.accept_shape', jsonb_build_object('shape_id', (select s.id from inbox.shapes s where s.provider = 'tests'))),
  ('inbox.accept_latest', '{"provider": "tests", "thing": "membership/sub_1"}'),
  ('outbox.retry', jsonb_build_object('delivery_id', (tests.the_delivery('dead')).id)),
  ('outbox.retry_dead', '{"destination": "tests_a", "since": "2026-01-01"}'),
  ('outbox.retry_waiting', '{"destination": "tests_a"}'),
  ('outbox.pause', '{"destination": "tests_a"}'),
  ('outbox.resume', '{"destination": "tests_b"}'),
  ('outbox.disconnect', '{"destination": "tests_a"}'),
  ('outbox.cancel', jsonb_build_object('delivery_id', (tests.the_delivery('dead')).id)),
  ('outbox.send_copy', jsonb_build_object('delivery_id', (tests.the_delivery('done')).id)),
  ('outbox.mark_processed', jsonb_build_object('delivery_id', (tests.the_delivery('done')).id)),
  ('outbox.replay', '{"destination": "tests_a", "filter": {"status": ["delivered"]}}'),
  ('outbox.send_test', '{"destination": "tests_a"}'),
  ('outbox.rotate_secret', '{"destination": "tests_a"}'),
  ('outbox.end_rotation', '{"destination": "tests_b"}'),
  ('outbox.enable_route', jsonb_build_object('route_id', (select r.id from outbox.routes r
    where r.message_type = 'tests.off'))),
  ('outbox.disable_route', jsonb_build_object('route_id', (select r.id from outbox.routes r
    where r.message_type = 'tests.on'))),
  ('outbox.ring', '{}'),
  ('commerce.accept_payment', jsonb_build_object('payment_id', (tests.the_payment('pi_less')).id)),
  ('commerce.close_review', jsonb_build_object('payment_id', (tests.the_payment('pi_less')).id)),
  ('commerce.request_refund', jsonb_build_object('payment_id', (tests.the_payment('pi_cart')).id, 'amount_minor', 400)),
  ('commerce.record_refund', jsonb_build_object('payment_id', (tests.the_payment('pi_cart')).id, 'amount_minor', 400,
    'reference', 'transfer 1')),
  ('commerce.dismiss_refund', jsonb_build_object('request_id', (select r.id from public.refund_requests r))),
  ('commerce.refresh_payment', jsonb_build_object('payment_id', (tests.the_payment('pi_guests')).id)),
  ('commerce.settle_order', jsonb_build_object('order_id', (tests.the_order('late')).id, 'without_stock', true)),
  ('commerce.restock', jsonb_build_object('order_id', (tests.the_order('cart')).id, 'items',
    '[{"sku": "chair", "quantity": 1}]'::jsonb)),
  ('commerce.cancel_checkout', jsonb_build_object('checkout_session_id', tests.id('open'))),
  ('commerce.refresh_checkout', jsonb_build_object('checkout_session_id', tests.id('open'))),
  ('commerce.expire_checkouts', '{}'),
  ('community.write_off_credits', jsonb_build_object('payment_id', (tests.the_payment('pi_credits')).id)),
  ('community.step_conversation', jsonb_build_object('conversation_id', (tests.the_chat('m')).id, 'at',
    now() + interval '2 hours')),
  ('community.hand_over', jsonb_build_object('conversation_id', (tests.the_chat('m')).id)),
  ('public.mark_conversation_read', jsonb_build_object('conversation_id', (tests.the_chat('m')).id)),
  ('tutoring.match_recap', jsonb_build_object('recap_id', (tests.the_recap('rec_1')).id, 'session_id',
    tests.id('lesson'))),
  ('tutoring.reschedule', jsonb_build_object('session_id', tests.id('coming'), 'starts_at', now() + interval
    '30 days')),
  ('tutoring.cancel', jsonb_build_object('session_id', tests.id('coming'), 'refund', false)),
  ('calendar.connect', '{"sessions": false}'),
  ('calendar.disconnect', '{}'),
  ('calendar.sync', jsonb_build_object('entry_id', tests.id('coming'))),
  ('ops.acknowledge', jsonb_build_object('what', 'dispute lost', 'id', (tests.the_dispute('dp_1')).id)),
  ('ops.link_person', jsonb_build_object('user_id', tests.user_id('amina@tests.example'), 'email',
    'work@tests.example')),
  ('ops.link_confirmed', jsonb_build_object('user_id', tests.user_id('amina@tests.example'))),
  ('ops.schedule_jobs', '{}'),
  ('ops.audit_consistency', '{}');
update cases c set arguments = c.arguments || '{"reason": "a test"}' from console.commands k
where k.command = c.command and k.needs_reason;

create table tests.seen (table_name text, operation text, before jsonb, after jsonb);
create function tests.see() returns trigger language plpgsql security definer as $$
declare
  -- Who does it differs: an account, or the role of the database.
  v_who constant text[] := '{decided_by,acknowledged_by,requested_by,linked_by,ran_by,changed_by}';
begin
  insert into tests.seen values (tg_table_schema || '.' || tg_table_name, tg_op,
    case when tg_op <> 'INSERT' then to_jsonb(old) - v_who end, case when tg_op <> 'DELETE' then to_jsonb(new) - v_who
      end);
  return null;
end
$$;
do $$
declare
  v_table text;
begin
  foreach v_table in array array(select tests.name_of(c) from tests.our_relations('rp') c
    where tests.name_of(c) !~ '^console\.')
  loop
    execute format('create trigger tests_see after insert or update or delete on %s for each row execute function '
      'tests.see()', v_table);
  end loop;
end
$$;

-- Vault belongs to somebody else: no triggers there.
create function tests.secrets() returns text language sql as $$
  select string_agg(s.name || case when s.name like '%tests_b%' then md5(s.secret) else '' end, ' ' order by s.name)
  from vault.secrets s
$$;
create function tests.effect(how text, command text, arguments jsonb) returns text language plpgsql as $$
declare
  v_since timestamptz := clock_timestamp();
  v_sql text;
  v_answer jsonb := '{}';
  v_effect text;
  v_secrets text := tests.secrets();
begin
  perform tests.authenticate_as('admin@tests.example');
  v_sql := console.sql(effect.command, effect.arguments);
  perform tests.as_owner();
  begin
    if effect.how = 'console' then
      perform tests.authenticate_as('admin@tests.example');
      v_answer := console.run(effect.command, effect.arguments);
      perform tests.as_owner();
    else
      execute v_sql;
    end if;
    set constraints all immediate;
    select string_agg(distinct x.line, E'\n' order by x.line) into v_effect from (
      select console.steady(s.table_name, s.operation, s.before, s.after, v_since) as line from tests.seen s
      union all
      select 'secrets: ' || tests.secrets() where tests.secrets() <> v_secrets
    ) x;
    raise exception using errcode = 'TS001';
  exception when sqlstate 'TS001' then
    null;
  end;
  return coalesce('refused: ' || (v_answer ->> 'code') || ' ' || (v_answer ->> 'message'), v_effect, '');
end
$$;
create temporary table effects as
select c.command, tests.effect('console', c.command, c.arguments) as by_console,
  tests.effect('sql', c.command, c.arguments) as by_sql
from cases c;

select set_eq($$ select c.command from cases c $$, $$ select k.command from console.commands k $$,
  'every command is tried');
select is_empty($$ select e.command, e.by_console from effects e where e.by_console like 'refused%' $$,
  'none is refused');
select is_empty($$ select e.* from effects e where e.by_console <> e.by_sql $$,
  'both change the same rows in the same way');
select set_eq($$ select e.command from effects e where e.by_sql = '' $$,
  $$ values ('commerce.refresh_checkout'), ('outbox.ring'), ('ops.link_confirmed'), ('ops.schedule_jobs') $$,
  'and they change something, except where nothing is to do here');

select * from finish();
rollback;
