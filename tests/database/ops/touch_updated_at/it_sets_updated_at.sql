begin;
select plan(2);

select tests.a_product('chair');
update public.products set updated_at = '2000-01-01' where sku = 'chair';
select is((tests.the_product('chair')).updated_at, now(), 'for any writer and any written value');
select is_empty(
  $$ select c.oid::regclass from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'updated_at'
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not exists (
       select 1 from pg_trigger t
       where t.tgrelid = c.oid and t.tgenabled <> 'D' and t.tgfoid in ('ops.touch_updated_at'::regproc,
         'commerce.guard_payment'::regproc)
     ) $$,
  'every table with updated_at has the trigger'
);

select * from finish();
rollback;
