begin;
select plan(4);

update ops.alert_settings set digest_at = (now() at time zone 'UTC')::time, last_digest_at = now() - interval '1 day'
where only_row;
select ops.tell_attention();
select is((select count(*)::integer from ops.alerts where kind = 'digest'), 1, 'it is time');
select ops.tell_attention();
select is((select count(*)::integer from ops.alerts where kind = 'digest'), 1, 'once a day');
select is((select count(*)::integer from outbox.messages where type = 'attention.digest'), 1, 'with a message');
select ok((select last_run_at >= now() from ops.alert_settings), 'and the run is noted, for functions/health');

select * from finish();
rollback;
