begin;
select plan(1);

-- A provider may send no code: the later failure is shown all the same.
select tests.receive(tests.fact_failed('pi_1', at => 0) || '{"failure_code": null, "failure_message": "First."}');
select tests.receive(tests.fact_failed('pi_1', at => 9) || '{"failure_code": null, "failure_message": "Second."}');

select is((tests.the_payment('pi_1')).failure_message, 'Second.', 'the latest failure is recorded');

select * from finish();
rollback;
