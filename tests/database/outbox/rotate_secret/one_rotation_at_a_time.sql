begin;
select plan(2);

select tests.a_destination('tests_a');
select outbox.rotate_secret('tests_a'), outbox.rotate_secret('tests_a');

select throws_matching($$ select outbox.rotate_secret('tests_a') $$, 'a rotation of tests_a is in progress',
  'a third would drop one that a receiver may use');
select is((select count(*)::integer from outbox.secrets_of('tests_a')), 2, 'and both stay as they were');

select * from finish();
rollback;
