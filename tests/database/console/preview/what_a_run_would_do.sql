begin;
select plan(14);

select tests.an_admin('admin@tests.example'), tests.a_quiet_outbox(), tests.a_destination('tests_a');
select tests.a_product('chair');
select tests.is_sold('cart', '{"chair": 1}');
select tests.a_delivery('one'), tests.a_delivery('two');
update outbox.deliveries d set status = 'dead', settled_at = now() where d.destination = 'tests_a';
select tests.remember('payment', (select p.id from public.payments p order by p.id desc limit 1)::text);
create temporary table looks (name text, it jsonb);
grant all on looks to public;
create function tests.look(name text) returns jsonb language sql as $$
  select l.it from looks l where l.name = look.name
$$;
select tests.authenticate_as('admin@tests.example');
insert into looks values
  ('dead', console.preview('outbox.retry_dead', '{"destination": "tests_a"}')),
  ('again', console.preview('outbox.retry_dead', '{"destination": "tests_a"}')),
  ('order', console.preview('commerce.refresh_payment', jsonb_build_object('payment_id', tests.id('payment')))),
  ('test', console.preview('outbox.send_test', '{"destination": "tests_a"}')),
  ('test again', console.preview('outbox.send_test', '{"destination": "tests_a"}')),
  ('nobody', console.preview('outbox.pause', '{"destination": "nobody", "reason": "x"}')),
  ('secret', console.preview('outbox.rotate_secret', '{"destination": "tests_a"}'));

select is(tests.look('dead') ->> 'result', '2', 'its result');
select is(tests.look('dead') #>> '{changes,0,before,status}', 'dead', 'rows as they are');
select is(tests.look('dead') #>> '{changes,0,after,status}', 'pending', 'and as they would be');
select is((select sum((d ->> 'count')::integer) from jsonb_array_elements(tests.look('dead') -> 'deliveries') d),
  2::bigint,
  'the deliveries that it would cause');
select is(tests.look('dead') ->> 'hash', tests.look('again') ->> 'hash', 'it is the same until something changes');
select is(tests.look('test') ->> 'hash', tests.look('test again') ->> 'hash',
  'new ids and the clock make no difference');
select is(tests.look('test') #>> '{deliveries,0,type}', 'test.ping', 'a message that it would send');
select is(tests.look('nobody') #>> '{error,message}', 'there is no destination nobody', 'why it would be refused');
select is(tests.look('secret') ->> 'result', null, 'a secret is not shown');
select tests.as_owner();
select is((select count(*) from outbox.deliveries d where d.destination = 'tests_a' and d.status = 'dead'), 2::bigint,
  'nothing is done');
select is((select count(*) from console.actions), 0::bigint, 'nor recorded');

select outbox.cancel((tests.the_delivery('one')).id, 'a test');
select tests.authenticate_as('admin@tests.example');
select is(console.run('outbox.retry_dead', '{"destination": "tests_a"}', tests.look('dead') ->> 'hash') ->> 'message',
  'it has changed since the preview: look at it again', 'what has changed since is refused');
select is(console.run('outbox.retry_dead', '{"destination": "tests_a"}',
  console.preview('outbox.retry_dead', '{"destination": "tests_a"}') ->> 'hash') ->> 'result', '1',
  'what was looked at again is done');
select tests.as_owner();
select is((tests.the_delivery('two')).status, 'pending', 'as shown');

select * from finish();
rollback;
