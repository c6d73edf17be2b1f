begin;
select plan(11);

select tests.a_destination('tests_a');
select tests.a_destination('tests_stripe');
update outbox.destinations set adapter = 'stripe' where name = 'tests_stripe';

select throws_matching($$ select outbox.rotate_secret('tests_a', '') $$, 'not a signing secret', 'not empty');
select throws_matching($$ select outbox.rotate_secret('tests_a', repeat('a', 40)) $$, 'not a signing secret',
  'not without its prefix');
select throws_matching($$ select outbox.rotate_secret('tests_a', 'whsec_' || repeat('A', 28)) $$,
  'not a signing secret', 'not of less than 24 bytes');
select throws_matching($$ select outbox.rotate_secret('tests_a', 'whsec_' || repeat('A', 32) || ' whsec_' || repeat('B',
  32)) $$, 'not a signing secret', 'not two');
select throws_matching($$ select outbox.rotate_secret('tests_a', 'whsk_' || repeat('A', 32)) $$, 'not a signing secret',
  'not an Ed25519 key of another length');
select throws_matching($$ select outbox.rotate_secret('tests_stripe', 'short') $$, 'not a signing secret',
  'not a short one for Stripe''s scheme');
select throws_matching($$ select outbox.rotate_secret('tests_stripe', 'with a blank in between') $$,
  'not a signing secret', 'nor with a blank');
select is(outbox.rotate_secret('tests_stripe', 'letters_at_will_16'), 'letters_at_will_16',
  'but any other text for Stripe''s scheme');
select is(outbox.rotate_secret('tests_a', 'whsec_' || repeat('A', 32)), 'whsec_' || repeat('A', 32), '24 bytes');
select throws_matching($$ select outbox.rotate_secret('tests_a', 'whsec_' || repeat('A', 32)) $$, 'has already',
  'not the current one');
select is(outbox.rotate_secret('tests_a', 'whsk_' || repeat('A', 43) || '='), 'whsk_' || repeat('A', 43) || '=',
  'a seed of Ed25519');

select * from finish();
rollback;
