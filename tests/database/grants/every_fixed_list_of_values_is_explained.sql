begin;
select plan(1);

-- Studio offers the values of an enum in a drop-down; those of a check stand in the comment.
select is_empty(
  $$ select tests.name_of(k.conrelid) || '.' || a.attname || ': ' || v.value
     from pg_constraint k
     join pg_attribute a on a.attrelid = k.conrelid and k.conkey = array[a.attnum]
     cross join lateral regexp_matches(pg_get_constraintdef(k.oid), '''([^'']+)''::text', 'g') m (found)
     cross join lateral (select m.found[1] as value) v
     where k.contype = 'c' and k.conrelid in (select tests.our_relations('rp')) and a.atttypid = 'text'::regtype
       and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[%'
       and strpos(coalesce(col_description(a.attrelid, a.attnum), ''), v.value) = 0 $$,
  'a text column that takes one of a few values names them in its comment'
);

select * from finish();
rollback;
