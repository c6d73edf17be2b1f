begin;
select plan(3);

select tests.joins('a');
select tests.joins('b');
select tests.is_welcomed('a');
select tests.writes('a', 'Hello', 'post_1');
select results_eq('select f.started, f.welcomed, f.replied, f.reply_percent from ops.conversation_funnel f',
  'select 2::bigint, 1::bigint, 1::bigint, 100.0', 'joined, welcomed, replied');
select is((select f.median_seconds_to_welcome from ops.conversation_funnel f), 0::double precision,
  'in seconds from joining');
select set_eq('select s.status::text, s.cause, s.conversations from ops.conversation_stops s',
  $$ values ('replied', 'reply', 1::bigint), ('welcoming', 'membership_valid', 1::bigint) $$, 'where they are now');

select * from finish();
rollback;
