begin;
select plan(3);

select is_empty($$
  select tests.name_of(c) from tests.our_relations('rp') c
  where c not in (select r.oid from pg_class r where r.relnamespace = 'console'::regnamespace)
    and not exists (select 1 from pg_trigger t where t.tgrelid = c and t.tgname = 'console_preview')
$$, 'a preview shows every change');
create table public.tests_new (id bigint primary key);
select is(console.watch_tables(), 1, 'a new table is watched, too');
insert into public.tests_new values (1);
select is((select count(*) from console.previewed), 0::bigint, 'without a preview nothing is noted');

select * from finish();
rollback;
