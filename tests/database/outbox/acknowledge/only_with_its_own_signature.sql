begin;
select plan(6);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first');

create function tests.with(signature text) returns text language sql as $$
  select r.outcome from outbox.acknowledge((tests.the_delivery('first')).id, signature) r
$$;
select is(tests.with(repeat('0', 64)), 'forged', 'not with another signature');
select is(tests.with(''), 'forged', 'nor an empty one');
select is(tests.with(null), 'forged', 'nor none');
select is(tests.with(outbox.receipt_signature(0)), 'forged', 'nor another delivery''s');
select is((tests.the_delivery('first')).processed_at, null, 'none of them changed anything');
select is((select r.outcome from outbox.acknowledge(0, outbox.receipt_signature(0)) r), 'unknown',
  'one that is deleted is unknown');

select * from finish();
rollback;
