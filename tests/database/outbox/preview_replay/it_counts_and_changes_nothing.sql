begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_settled('one', 'delivered', '3 hours'), tests.a_settled('two', 'delivered', '2 hours'),
  tests.a_settled('three', 'dead', '1 hour');
create temporary table before as select (select count(*) from outbox.messages) as messages,
  (select count(*) from outbox.deliveries) as deliveries;

select results_eq(
  $$ select p.count, p.oldest, p.newest from outbox.preview_replay('tests_a', '{"everything": true}') p $$,
  $$ values (3::bigint, now() - interval '3 hours', now() - interval '1 hour') $$, 'how many, from when to when'
);
select is(
  (select jsonb_path_query_array(p.sample, '$[*].type') from outbox.preview_replay('tests_a', '{"everything": true}')
    p), '["one", "two", "three"]', 'and which are first'
);
select results_eq($$ select p.count, p.sample from outbox.preview_replay('tests_a', '{"types": ["nothing"]}') p $$, $$
  values (0::bigint, null::jsonb) $$, 'no match gives 0');
select results_eq(
  'select (select count(*) from outbox.messages) as messages, (select count(*) from outbox.deliveries) as deliveries',
  'select * from before', 'nothing is changed'
);

select * from finish();
rollback;
