begin;
select plan(3);

select tests.receive(tests.fact_pending('pi_1'));

select throws_ok(
  $$ update public.payments set provider_ref = 'pi_2' where provider = 'tests' $$, '23514',
  'a payment stays the provider''s payment it is', 'its reference does not change'
);
select throws_ok(
  $$ update public.payments set provider = 'tests_too' where provider = 'tests' $$, '23514',
  'a payment stays the provider''s payment it is', 'nor does its provider'
);
update public.payments set email = 'amina@tests.example', updated_at = '2000-01-01' where provider = 'tests';
select is((tests.the_payment('pi_1')).updated_at, now(), 'updated_at is kept true');

select * from finish();
rollback;
