begin;
select plan(2);

select is_empty(
  $$ select tests.name_of(c.conrelid) || ': ' || c.conname from pg_constraint c
     where c.conrelid in (select tests.our_relations('rp')) and c.contype in ('c', 'f', 'u', 'x')
       and (c.conname ~ '(_check|_fkey|_key|_excl)\d*$' or c.conname !~ '_.*_') $$,
  'an admin reads its name in the error: none has a name that Postgres makes up'
);
select is_empty(
  $$ select tests.name_of(c.conrelid) || ': ' || c.conname from pg_constraint c
  where c.conrelid in (select tests.our_relations('rp')) and not c.convalidated $$,
  'all hold for every row'
);

select * from finish();
rollback;
