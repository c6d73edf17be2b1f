begin;
select plan(9);

create temporary table before as
select f, (select p.prosecdef from pg_proc p where p.oid = f) as definer from ops.functions_api() f;
select is((select array_agg(f::text) from before where definer), array['outbox.ring()'],
  'without the role, all but the doorbell run with the caller''s rights');
select is(ops.grant_functions_role(), (select count(*)::integer from ops.functions_api()), 'all are granted');
select is(ops.grant_functions_role(), (select count(*)::integer from ops.functions_api()), 'again, too');
select is_empty(
  $$ select tests.name_of(c) from tests.our_relations() c
     where has_table_privilege('signalbox_functions', c,
       'select, insert, update, delete, truncate, references, trigger') $$,
  'it has no right on any table or view'
);
select set_eq(
  $$ select f::regprocedure::text from tests.our_functions() f
     where has_function_privilege('signalbox_functions', f, 'execute')
       and not has_function_privilege('public', f, 'execute') $$,
  $$ select f::text from ops.functions_api() f $$,
  'it may call those functions, and no other'
);
select is_empty(
  $$ select n.nspname from pg_namespace n where n.nspname in ('public', 'auth', 'vault', 'cron', 'console')
     and (has_schema_privilege('signalbox_functions', n.oid, 'create')
       or (n.nspname <> 'public' and has_schema_privilege('signalbox_functions', n.oid, 'usage'))) $$,
  'no account, secret, cron job or command of the console is in its reach, and it makes nothing'
);
select is(
  (select array_agg(r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolcanlogin)
    from pg_roles r where r.rolname = 'signalbox_functions'),
  array[false], 'nor may it do more than others, or log in before it has a password'
);
select is_empty(
  $$ select f from ops.functions_api() f where has_function_privilege('anon', f, 'execute')
     or has_function_privilege('authenticated', f, 'execute') $$,
  'none of those that now run with the owner''s rights is open to the API'
);
select ok(ops.revoke_functions_role() > 0
  and not exists (select 1 from pg_roles r where r.rolname = 'signalbox_functions')
  and not exists (select 1 from before b join pg_proc p on p.oid = b.f where p.prosecdef <> b.definer),
  'and it is undone as a whole');

select * from finish();
rollback;
