begin;
select plan(4);

select tests.receive(tests.fact_captured('pi_1'));
select is(tests.inconsistencies(), null, 'an admin reviews it');
update public.payments set needs_review = false, review_reason = null where provider_ref = 'pi_1';

select is(tests.inconsistencies(), 'captured payment that is for nothing', 'nobody is');
select lives_ok((select i.remedy from ops.inconsistencies i), 'the remedy is a statement');
select is(tests.inconsistencies(), null, 'that fixes it');

select * from finish();
rollback;
