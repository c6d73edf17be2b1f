begin;
select plan(5);

select ops.tell_attention();
delete from ops.alerts where id is not null;
select tests.receive(tests.fact_meeting('rec_1'));
select ops.tell_attention();
select tests.receive(tests.fact_meeting('rec_2'));
select ops.tell_attention();
select results_eq($$ select severity::text, total from ops.alerts $$, $$ values ('soon', 1) $$,
  'the second recap of no session waits');
select matches((select a.text from ops.alerts a), '^1 needs a person:', 'one');
select tests.receive_events(tests.an_event('evt_1', '{"type": "no.such.fact"}'));
select ops.tell_attention();
select results_eq($$ select severity::text, total from ops.alerts order by id $$,
  $$ values ('soon', 1), ('urgent', 2) $$, 'what is urgent does not, and takes it along');
select matches((select a.text from ops.alerts a where a.total = 2), '^2 need a person:', 'two');
update ops.alert_settings set alert_from = 'urgent' where only_row;
select tests.receive(tests.fact_meeting('rec_3'));
update ops.alerts set created_at = now() - interval '1 hour' where id is not null;
select ops.tell_attention();
select is((select count(*)::integer from ops.alerts), 2, 'below alert_from there is no alert');

select * from finish();
rollback;
