begin;
select plan(6);

update ops.quotas set per_hour = 3 where what = 'public.error_reports';
select tests.create_user('amina@tests.example');
select tests.create_user('brice@tests.example');
select is(
  tests.by('amina@tests.example', $$ insert into public.error_reports (app, message) select 'tests', n::text
    from generate_series(1, 3) n $$),
  '3', 'three are within the quota'
);
select is(
  tests.by('amina@tests.example', $$ insert into public.error_reports (app, message) values ('tests', 'too many') $$),
  'PT429', 'the fourth is refused, as too many requests'
);
select is(
  tests.by('brice@tests.example', $$ insert into public.error_reports (app, message) values ('tests', 'mine') $$), '1',
  'another account has a quota of its own'
);
select is(
  tests.by('amina@tests.example', $$ insert into public.support_tickets (subject, body) values ('Help', 'Please') $$),
  '1', 'another table has one of its own'
);
update ops.quota_usage set hour = hour - interval '1 hour';
select is(
  tests.by('amina@tests.example', $$ insert into public.error_reports (app, message) values ('tests', 'later') $$), '1',
  'the next hour begins anew'
);
select lives_ok(
  $$ insert into public.error_reports (app, message) select 'tests', n::text from generate_series(1, 10) n $$,
  'SQL and the service key are not limited'
);

select * from finish();
rollback;
