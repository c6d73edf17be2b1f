begin;
select plan(2);

select tests.receive(tests.fact_failed('pi_1') || tests.buying_credits(50), tests.fact_captured('pi_2'));

select is(tests.the_credits('pi_1'), null, 'a payment that failed');
select is(tests.the_credits('pi_2'), null, 'nor does a payment for something else');

select * from finish();
rollback;
