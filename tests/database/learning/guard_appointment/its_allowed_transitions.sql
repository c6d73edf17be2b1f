begin;
select plan(1);

create function tests.may_go(was text, becomes text) returns boolean language plpgsql as $$
begin
  insert into public.appointments (email, title, starts_at, ends_at, status)
  values ('a@x', was || becomes, '2027-01-01T10:00Z', '2027-01-01T11:00Z', was::public.appointment_status);
  update public.appointments a set status = becomes::public.appointment_status where a.title = was || becomes;
  return true;
exception when check_violation then
  return false;
end
$$;
select set_eq(
  $$ select a || ' → ' || b from unnest(enum_range(null::public.appointment_status)::text[]) a,
  unnest(enum_range(null::public.appointment_status)::text[]) b
     where a <> b and tests.may_go(a, b) $$,
  $$ values ('requested → confirmed'), ('requested → cancelled'), ('confirmed → cancelled'), ('confirmed → completed'),
  ('cancelled → confirmed') $$,
  'these transitions, for any writer'
);

select * from finish();
rollback;
