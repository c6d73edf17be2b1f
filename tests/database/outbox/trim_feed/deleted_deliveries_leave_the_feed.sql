begin;
select plan(5);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_destination('tests_b');
select tests.a_delivery(n) from unnest('{one,two,three}'::text[]) n;
select tests.a_delivery('other', destination => 'tests_b');
select outbox.fill_feed(d) from unnest('{tests_a,tests_b}'::text[]) d;
delete from outbox.messages m where m.id = (tests.the_delivery('two')).message_id;
select results_eq($$ select f.position from outbox.feed f where f.destination = 'tests_a' order by 1 $$, $$
  values (1::bigint), (3::bigint) $$, 'deleted deliveries leave the feed');
select is((select r.kept_after from outbox.readers r where r.destination = 'tests_a'), 2::bigint,
  'and their last position is stored');
select is((select r.kept_after from outbox.readers r where r.destination = 'tests_b'), 0::bigint, 'for each reader');

select tests.a_delivery('four');
delete from outbox.messages m where m.id = (tests.the_delivery('four')).message_id;
select results_eq(
  $$ select r.position, r.kept_after from outbox.readers r where r.destination = 'tests_a' $$,
  $$ values (4::bigint, 4::bigint) $$,
  'also for messages that were never in a feed'
);
select is((select count(*)::integer from outbox.feed f where f.destination = 'tests_b'), 1,
  'and no other feed is changed');

select * from finish();
rollback;
