begin;
select plan(2);

select tests.a_destination('tests_a');
create temporary table told (n integer, secret text);
insert into told values (1, outbox.rotate_secret('tests_a'));
insert into told values (2, outbox.rotate_secret('tests_a'));

select isnt((select t.secret from told t where t.n = 1), (select t.secret from told t where t.n = 2),
  'each differs');
select results_eq($$ select outbox.secrets_of('tests_a') $$, $$ select t.secret from told t order by t.n $$,
  'both sign');

select * from finish();
rollback;
