begin;
select plan(4);

select is_empty(
  $$ select tests.name_of(c) from tests.our_relations('rp') c where not (select t.relrowsecurity from pg_class t where t.oid = c) $$,
  'every table, also those that nobody is granted: a grant by mistake then shows nothing'
);
select is_empty(
  $$ select tests.name_of(p.polrelid) || ': ' || p.polname from pg_policy p where p.polrelid in (select tests.our_relations('rp')) and p.polroles && array[0::oid] $$,
  'every policy says for whom it is'
);
select is_empty(
  $$ select tests.name_of(p.polrelid) || ': ' || p.polname from pg_policy p where p.polrelid in (select tests.our_relations('rp')) and p.polcmd <> 'r'
     and tests.name_of(p.polrelid) <> 'public.notifications' $$,
  'and is for reading: changes go through functions, but for marking a notification as read'
);
select is_empty(
  $$ select tests.name_of(p.polrelid) || ': ' || p.polname from pg_policy p
     where p.polrelid in (select tests.our_relations('rp')) and pg_get_expr(p.polqual, p.polrelid) ~ '(?<!SELECT )auth\.(uid|jwt|role)\(\)' $$,
  'who asks is looked up once a statement, not once a row'
);

select * from finish();
rollback;
