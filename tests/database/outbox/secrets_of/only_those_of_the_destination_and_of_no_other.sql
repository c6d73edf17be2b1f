begin;
select plan(2);

select vault.create_secret('mine', 'signalbox_tests_a_signing');
select vault.create_secret('another''s', 'signalbox_tests_a_b_signing');
select vault.create_secret('of something else', 'tests_a_signing');

select results_eq($$ select outbox.secrets_of('tests_a') $$, $$ values ('mine') $$, 'its own');
select is_empty($$ select outbox.secrets_of('tests') $$, 'none, where there is none');

select * from finish();
rollback;
