begin;
select plan(5);

update commerce.settings set guest_sessions = 3 where id;
select tests.a_lesson('maths', 'tutor@tests.example'), tests.a_lesson('physics', 'tutor@tests.example'),
  tests.a_lesson('latin', 'other@tests.example');
create function tests.sets_aside(key text, sku text, hours integer[], user_id uuid default null) returns text
  language plpgsql as $$
declare
  v_detail text;
begin
  perform commerce.begin_checkout(
    coalesce(user_id::text, 'guest'), key, key, key || '@tests.example',
    (select jsonb_agg(jsonb_build_object('sku', sets_aside.sku, 'quantity', 1, 'starts_at',
      ops.iso_utc(now() + make_interval(hours => h)))) from unnest(hours) h),
    null, user_id, null
  );
  return 'begun';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail;
end
$$;
select is(tests.sets_aside('greedy', 'maths', '{1,2,3,4}'), 'held_by_others', 'nobody takes more than that at once');
select is(tests.sets_aside('first', 'maths', '{1,2}') || ' ' || tests.sets_aside('second', 'physics', '{3}'),
  'begun begun', 'guests may hold so many times of a tutor');
select is(tests.sets_aside('third', 'physics', '{4}'), 'held_by_others', 'no more, whatever is taught');
select is(tests.sets_aside('fourth', 'latin', '{4}'), 'begun', 'of another tutor they may');
select is(tests.sets_aside('fifth', 'maths', '{4}', tests.create_user('amina@tests.example')), 'begun',
  'whoever is signed in may');

select * from finish();
rollback;
