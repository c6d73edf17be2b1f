begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
insert into outbox.routes (destination, provider, event_types) values ('tests_a', 'tests', '{x}');
select tests.a_delivery('one');
update outbox.destinations set name = 'tests_b' where name = 'tests_a';

select is((select r.destination from outbox.routes r), 'tests_b', 'its routes follow');
select is((select d.destination from outbox.deliveries d), 'tests_b', 'so do its deliveries');
select tests.is_refused($$ delete from outbox.destinations where name = 'tests_b' $$,
  'a_delivery_goes_to_a_destination', 'one with deliveries is not deleted');
delete from outbox.deliveries;
delete from outbox.destinations where name = 'tests_b';
select is_empty($$ select 1 from outbox.routes $$, 'one without is, and its routes with it');

select * from finish();
rollback;
