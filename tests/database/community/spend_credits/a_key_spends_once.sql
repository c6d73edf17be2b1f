begin;
select plan(8);

select tests.create_user('amina@tests.example');
insert into public.credit_ledger (user_id, credits, reason) values (tests.user_id('amina@tests.example'), 10,
  'granted');
select tests.authenticate_as('amina@tests.example');
select is((community.spend_credits(4, 'lesson/1', 'A lesson')).credits, -4, 'four are spent');
select is(community.balance(), 6::bigint, 'six are left');
select is((community.spend_credits(4, 'lesson/1', 'A lesson')).id, (public.spend_credits(4, 'lesson/1')).id,
  'the same key gets the same entry');
select is(community.balance(), 6::bigint, 'and spends nothing');
select is(tests.refusal($$ select community.spend_credits(5, 'lesson/1') $$), 'P0001 key_reused',
  'the same key with another number is refused');
select is((community.spend_credits(6, 'lesson/2')).credits, -6, 'another key spends again');
select is((community.spend_credits(4, 'lesson/1')).credits, -4, 'and with nothing left the first still gets its entry');
select tests.as_owner();
select is((select string_agg(l.credits || ' ' || l.reason || coalesce(' ' || l.note, ''), ', ' order by l.id)
  from public.credit_ledger l), '10 granted, -4 spent A lesson, -6 spent', 'so says the ledger');

select * from finish();
rollback;
