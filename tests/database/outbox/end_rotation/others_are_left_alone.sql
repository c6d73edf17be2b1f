begin;
select plan(1);

select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select outbox.rotate_secret('tests_a'), outbox.rotate_secret('tests_b');
select outbox.rotate_secret('tests_a'), outbox.rotate_secret('tests_b');
create temporary table before as select secret from outbox.secrets_of('tests_b') as secret;
select outbox.end_rotation('tests_a');

select results_eq($$ select outbox.secrets_of('tests_b') $$, $$ select b.secret from before b $$,
  'the rotation of another destination continues');

select * from finish();
rollback;
