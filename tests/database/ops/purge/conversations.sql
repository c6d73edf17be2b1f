begin;
select plan(3);

select tests.joins('closed');
select tests.joins('open');
select tests.joins('closed', '{"status": "expired"}', ago => '-1 minute');
select is(ops.purge('conversations', 100), 0, 'a conversation that was just closed stays');
update public.conversations set status_since = now() - interval '401 days', created_at = now() - interval '500 days'
where true;
select is(ops.purge('conversations', 100), 1, 'after 400 days it goes');
select is((tests.the_chat('open')).status, 'welcoming', 'an open one never');

select * from finish();
rollback;
