begin;
select plan(9);

update outbox.settings set console_url = 'https://console.example.com/' where only_row;
select tests.a_product('chair');
select tests.a_checkout('cart', '{"chair": 1}', 'buyer@tests.example');
select tests.is_paid('cart', 'pi_1');
select tests.remember('order', (tests.the_order('cart')).id::text);
select tests.remember('event', (select m.event_id from outbox.messages m
  where m.record_key = 'orders/' || tests.id('order') and m.event_id is not null limit 1)::text);
insert into outbox.attempts (delivery_id, number, started_at, status_code, error)
select d.id, 1, now(), 500, 'HTTP 500' from outbox.deliveries d
where d.record_key = 'orders/' || tests.id('order') and d.destination = 'railway' limit 1;
create temporary table steps as select * from ops.event_steps s where s.event_id = tests.id('event');

select is((select string_agg(distinct s.step, ', ' order by s.step) from steps s where s.step < '7'),
  '1 event, 2 fact, 3 row, 4 message, 5 delivery, 6 attempt', 'every kind of step');
select is((select s.what from steps s where s.step = '2 fact'), 'payment.captured', 'what the event said');
select alike((select string_agg(s.what, ' ') from steps s where s.step = '3 row'), '%INSERT%orders%', 'the order');
update public.fulfillments f set status = 'shipped' where f.order_id = tests.id('order');
select alike((select s.detail from ops.event_steps s where s.step = '3 row' and s.what = 'UPDATE fulfillments'
  and s.record_key = (select 'fulfillments/' || f.id from public.fulfillments f where f.order_id = tests.id('order'))),
  '%status: "pending" -> "shipped"%', 'of an update what changed');
select is((select s.detail from steps s where s.step = '6 attempt'), 'HTTP 500', 'why an attempt failed');
select is((select distinct s.console_url from steps s where s.step = '3 row' and s.what like '%orders'
  and s.record_key = 'orders/' || tests.id('order')),
  'https://console.example.com/line/order/' || tests.id('order'), 'a row''s page of the console');
select is_empty($$ select s.find_it from steps s where s.step in ('1 event', '4 message', '5 delivery', '6 attempt')
  and (s.find_it is null or s.console_url is null) $$, 'each has its statement and its page');
create function tests.rows_of(statement text) returns bigint language plpgsql as $$
declare
  v_rows bigint;
begin
  execute format('select count(*) from (%s) t', statement) into v_rows;
  return v_rows;
end
$$;
select is_empty($$ select s.find_it from steps s where tests.rows_of(s.find_it) = 0 $$, 'each statement finds its row');
select is_empty($$ select s.step from ops.event_steps s
  where s.record_key = 'orders/' || tests.id('order') and s.message_id is null $$, 'a record leads to its messages');

select * from finish();
rollback;
