begin;
select plan(8);

select tests.joins('m');
create function tests.the_member() returns public.memberships language sql stable as $$
  select m from public.memberships m where m.provider_ref = 'm'
$$;
create function tests.until(changes text) returns text language plpgsql as $$
declare
  v_until timestamptz;
begin
  execute format('update public.memberships set %s where provider_ref = %L', changes, 'm');
  v_until := community.access_until(tests.the_member());
  return case when v_until in ('infinity', '-infinity') then v_until::text
    else round(extract(epoch from v_until - now()) / 86400)::text end;
end
$$;
select is(tests.until('current_period_end = null'), 'infinity', 'one without an end');
select is(tests.until($$ current_period_end = now() + interval '20 days' $$), '27',
  'days to the end of its period, and the grace in which its renewal may be late');
select is(tests.until('cancel_at_period_end = true'), '20', 'a cancelled one to the end exactly');
select is(tests.until($$ status = 'trialing', cancel_at_period_end = false $$), '27', 'a trial as well');
select is(tests.until($$ status = 'past_due', past_due_since = now() - interval '2 days' $$), '5',
  'the grace from when a payment failed, however long the period is');
update community.settings set grace_period = '1 day' where only_row;
select is(tests.until($$ status = 'past_due' $$), '-1', 'which is a setting');
select is(tests.until($$ status = 'cancelled' $$), '-infinity', 'not one that has ended');
select is(tests.until($$ status = 'incomplete' $$), '-infinity', 'or has not begun');

select * from finish();
rollback;
