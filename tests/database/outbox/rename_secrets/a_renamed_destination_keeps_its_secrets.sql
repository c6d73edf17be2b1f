begin;
select plan(2);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
create temporary table secrets as select outbox.rotate_secret('tests_a') as secret;
insert into secrets select outbox.rotate_secret('tests_a');
update outbox.destinations set name = 'tests_b' where name = 'tests_a';

select set_eq($$ select outbox.secrets_of('tests_b') $$, $$ select secret from secrets $$,
  'both secrets of a rotation still sign its messages');
select is_empty($$ select outbox.secrets_of('tests_a') $$, 'nothing is left under the old name');

select * from finish();
rollback;
