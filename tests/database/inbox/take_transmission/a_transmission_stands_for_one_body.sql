begin;
select plan(6);

create function pg_temp.take(ref text, body text, provider text default 'paypal') returns boolean language sql as $$
  select inbox.take_transmission(take.provider, take.ref, encode(sha256(convert_to(take.body, 'UTF8')), 'hex'))
$$;
select is(pg_temp.take('one', 'genuine'), true, 'the first body under a signature');
select is(pg_temp.take('one', 'genuine'), true, 'the same again: it was sent twice');
select is(pg_temp.take('one', 'forged'), false, 'another body under the same signature');
select is(pg_temp.take('one', 'genuine'), true, 'the first is still the one');
select is(pg_temp.take('two', 'forged'), true, 'under a signature of its own it may stand');
update inbox.transmissions set received_at = now() - interval '11 days' where ref = 'one';
select pg_temp.take('three', 'genuine');
select results_eq($$ select t.ref from inbox.transmissions t order by 1 $$, $$ values ('three'), ('two') $$,
  'what is too old to be accepted is forgotten');

select * from finish();
rollback;
