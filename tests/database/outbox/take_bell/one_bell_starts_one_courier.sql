begin;
select plan(6);

create function tests.a_bell(nonce text, seconds integer default 30) returns jsonb language sql as $$
  select jsonb_build_object('expires_at', t.at, 'nonce', a_bell.nonce, 'signature', outbox.doorbell_signature(t.at,
    a_bell.nonce))
  from (select floor(date_part('epoch', now()))::bigint + a_bell.seconds as at) t
$$;
select is(outbox.take_bell(tests.a_bell('a')), 'first', 'a bell starts a courier');
select is(outbox.take_bell(tests.a_bell('a')), 'again', 'the same one starts no second');
select is(outbox.take_bell(tests.a_bell('b')), 'first', 'another does');
select is(outbox.take_bell(tests.a_bell('c', -2)) || ' ' || outbox.take_bell('{}'), 'refused refused',
  'what is not genuine is refused');
update outbox.bells set rung_at = now() - interval '11 minutes' where nonce = 'a';
select outbox.take_bell(tests.a_bell('d'));
select results_eq($$ select b.nonce from outbox.bells b order by 1 $$, $$ values ('b'), ('d') $$,
  'what nobody can use again is forgotten, and what was refused was never kept');
select is((select count(*)::int from outbox.bells b where b.rung_at > now()), 0, 'none is of the future');

select * from finish();
rollback;
