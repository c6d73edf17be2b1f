begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select tests.a_courier('courier');
select tests.claim('courier');
select tests.record('courier', 'one', 'retry', '{"error": "500"}');
create temporary table before as select (tests.the_delivery('one')).*;
select tests.record('courier', 'one', 'retry', '{"error": "500"}');

select is((select count(*)::integer from outbox.attempts a where a.delivery_id = (tests.the_delivery('one')).id), 1,
  'a courier that is not sure may record a result twice');
select results_eq('select * from before', $$ select (tests.the_delivery('one')).* $$, 'the second changes nothing');

select * from finish();
rollback;
