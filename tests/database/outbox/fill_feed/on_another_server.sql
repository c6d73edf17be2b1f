begin;
select plan(2);
select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('first');
insert into outbox.readers (destination, seen_until, server_started_at)
  values ('tests_a', '9223372036854775807', pg_postmaster_start_time());
select is((outbox.fill_feed('tests_a')).position, 0::bigint, 'it reads no further back than it must');
update outbox.readers set server_started_at = '2020-01-01' where destination = 'tests_a';
update outbox.readers set seen_until = '9223372036854775807' where destination = 'tests_a';
select is((outbox.fill_feed('tests_a')).position, 1::bigint,
  'but everything after a restore on another server, which numbers transactions anew');

select * from finish();
rollback;
