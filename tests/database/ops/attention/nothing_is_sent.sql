begin;
select plan(4);

select tests.a_quiet_outbox();
select tests.a_destination('tests_a');
select tests.a_delivery('one');
select is_empty($$ select 1 from ops.attention a where a.what = 'nothing is sent' $$, 'it is due just now');
update outbox.deliveries set next_attempt_at = now() - interval '3 minutes' where id > 0;
select matches((select a.why from ops.attention a where a.what = 'nothing is sent'),
  '^1 delivery is due, .* and no courier is at work: nobody gets a message\. The database does not know where the '
    'functions are\.$',
  'for minutes, and the functions'' address is not set');
update outbox.settings set functions_url = 'http://localhost/functions/v1' where only_row;
select matches((select a.why from ops.attention a where a.what = 'nothing is sent'),
  'pg_net, pg_cron or the function dispatch does not work', 'for minutes, though it is');
select outbox.wake('bell');
select is_empty($$ select 1 from ops.attention a where a.what = 'nothing is sent' $$, 'a courier is at work');

select * from finish();
rollback;
