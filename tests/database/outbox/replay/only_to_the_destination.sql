begin;
select plan(1);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select outbox.write_message('one', 'things/1', '{}', null, '{tests_a,tests_b}');
update outbox.deliveries set status = 'delivered', settled_at = now() where status = 'pending';
select outbox.replay('tests_a', '{"everything": true}', 'once more');
select results_eq($$ select d.destination from outbox.deliveries d where d.status = 'pending' $$, $$
  values ('tests_a') $$, 'other destinations get nothing');

select * from finish();
rollback;
