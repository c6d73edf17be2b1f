begin;
select plan(2);

select is_empty(
  $$ select tests.name_of(c) from tests.our_relations('rp') c where not exists (select 1 from pg_constraint k
    where k.conrelid = c and k.contype = 'p') $$, 'a primary key'
);
select is_empty(
  $$ select tests.name_of(k.conrelid) || ': ' || k.conname from pg_constraint k
     where k.contype = 'f' and k.conrelid in (select tests.our_relations('rp'))
       and not exists (select 1 from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1]) $$,
  'an index that begins with the column that refers'
);

select * from finish();
rollback;
