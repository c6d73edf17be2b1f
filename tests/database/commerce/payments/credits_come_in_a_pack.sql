begin;
select plan(3);

select tests.receive(tests.fact_captured('pi_1'));
select tests.is_refused($$ update public.payments set credits = 50 where provider = 'tests' $$,
  'credits_come_in_a_pack', 'credits name their pack');
select tests.is_refused($$ update public.payments set credit_pack_ref = 'pack_1' where provider = 'tests' $$,
  'credits_come_in_a_pack', 'a pack has credits');
select tests.is_refused($$ update public.payments set credits = 0, credit_pack_ref = 'pack_1'
  where provider = 'tests' $$, 'credits_are_positive', 'at least one');

select * from finish();
rollback;
