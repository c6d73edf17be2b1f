begin;
select plan(5);

select tests.is_refused($$ update ops.retention set keep = '44 days' where what = 'events' $$,
  'an_event_is_kept_while_it_may_be_sent_again', 'an event is recognised by its row: at least 45 days');
select lives_ok($$ update ops.retention set keep = '45 days' where what = 'events' $$, '45 days are accepted');
select tests.is_refused($$ update ops.retention set keep = '59 minutes' where what = 'attempts' $$,
  'something_is_kept_for_an_hour', 'nothing is deleted within the hour');
select lives_ok($$ select ops.purge(r.what, 0) from ops.retention r where r.keep is not null $$,
  'every row of ops.retention has a rule in ops.purge');
select results_eq(
  $$ select r.what, r.keep from ops.retention r where r.what in ('attempts', 'deliveries', 'dead deliveries', 'events')
  order by r.what $$,
  $$ values ('attempts', interval '30 days'), ('dead deliveries', '180 days'), ('deliveries', '90 days'),
    ('events', '45 days') $$, 'attempts go first, then settled deliveries, then dead ones'
);

select * from finish();
rollback;
