begin;
select plan(3);

select tests.a_destination('tests_a');
create temporary table told as select outbox.rotate_secret('tests_a') as secret;

select matches((select t.secret from told t), '^whsec_[A-Za-z0-9+/]{43}=$',
  'it is returned, in one line: 32 random bytes');
select results_eq($$ select outbox.secrets_of('tests_a') $$, $$ select t.secret from told t $$, 'and signs alone');
select throws_matching($$ select outbox.end_rotation('tests_a') $$, 'no rotation of tests_a is in progress',
  'there is no rotation to end');

select * from finish();
rollback;
