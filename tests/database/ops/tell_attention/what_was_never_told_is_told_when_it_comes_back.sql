begin;
select plan(3);

select ops.tell_attention();
delete from ops.alerts where id is not null;
select tests.receive(tests.fact_meeting('rec_1'));
select ops.tell_attention();
-- Another waits for the cool-down, is gone before anybody was told, and comes back.
select tests.receive(tests.fact_meeting('rec_2'));
select ops.tell_attention();
create function tests.the_second() returns text
language sql stable as $$ select r.id::text from public.session_recaps r where r.provider_ref = 'rec_2' $$;
update ops.incidents set resolved_at = clock_timestamp() where about = tests.the_second();
select ops.tell_attention();
select is((select count(*)::integer from ops.alerts), 1, 'the cool-down is not over');
update ops.alerts set created_at = now() - interval '1 hour' where id is not null;
select ops.tell_attention();
select results_eq($$ select kind::text, total from ops.alerts order by id $$,
  $$ values ('raised', 1), ('raised', 1) $$, 'after it, what came back is told');
select isnt((select i.alerted_at from ops.incidents i where i.about = tests.the_second() and i.resolved_at is null),
  null, 'it is the one that was told');

select * from finish();
rollback;
