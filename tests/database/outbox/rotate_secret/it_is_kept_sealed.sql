begin;
select plan(1);

select tests.a_destination('tests_a');
create temporary table told as select outbox.rotate_secret('tests_a') as secret;

select is_empty(
  $$ select s.name from vault.secrets s, told t where s.name like 'signalbox\_tests\_a\_%'
  and concat(s.secret, s.description) like '%' || t.secret || '%' $$,
  'the table shows nothing of it'
);

select * from finish();
rollback;
