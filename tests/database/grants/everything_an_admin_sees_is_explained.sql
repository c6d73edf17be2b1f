begin;
select plan(6);

select is_empty($$ select n.nspname from pg_namespace n where n.oid in (select tests.our_schemas())
  and obj_description(n.oid, 'pg_namespace') is null $$, 'schemas');
select is_empty($$ select tests.name_of(c) from tests.our_relations() c where obj_description(c, 'pg_class') is null $$,
  'tables and views');
select is_empty($$ select tests.signature_of(f) from tests.our_functions() f where obj_description(f, 'pg_proc') is null
  $$, 'functions');
select is_empty(
  $$ select t.oid::regtype from pg_type t where t.typnamespace in (select tests.our_schemas())
  and t.typtype in ('e', 'd') and obj_description(t.oid, 'pg_type') is null $$, 'types'
);
select is_empty(
  $$ select tests.name_of(a.attrelid) || '.' || a.attname from pg_attribute a
     where a.attrelid in (select tests.our_relations('rp')) and a.attnum > 0 and not a.attisdropped
     and col_description(a.attrelid, a.attnum) is null $$,
  'columns: in the table''s file, or, of a name that means the same everywhere, in console.explain_columns'
);
select is_empty(
  $$ select tests.name_of(a.attrelid) || '.' || a.attname from pg_attribute a
     where a.attrelid in (select tests.our_relations('v')) and a.attnum > 0 and not a.attisdropped
     and tests.name_of(a.attrelid) !~ '^ops\.(attention|audit)_' and col_description(a.attrelid, a.attnum) is null $$,
  'columns of views; those of a rule are explained with ops.attention and ops.inconsistencies'
);

select * from finish();
rollback;
