begin;
select plan(3);

select tests.a_destination('tests_a');
select outbox.rotate_secret('tests_a');
create temporary table told as select outbox.rotate_secret('tests_a') as secret;
select outbox.end_rotation('tests_a');

select results_eq($$ select outbox.secrets_of('tests_a') $$, $$ select t.secret from told t $$,
  'the old one is dropped');
select lives_ok($$ select outbox.rotate_secret('tests_a') $$, 'and it can be rotated again');
select results_eq($$ select outbox.secrets_of('tests_a') limit 1 $$, $$ select t.secret from told t $$,
  'being the old one now');

select * from finish();
rollback;
