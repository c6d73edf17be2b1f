begin;
select plan(3);

-- PostgREST embeds without a hint when one relationship is found: foreign keys between the two, in either direction,
-- and tables with a foreign key to each, both part of their primary key.
create function tests.joins(one text, other text) returns bigint language sql stable as $$
  select count(*) from pg_constraint c where c.contype = 'f'
    and c.conrelid = ('public.' || one)::regclass and c.confrelid = ('public.' || other)::regclass
$$;
select is(tests.joins('products', 'cohorts') || ' ' || tests.joins('cohorts', 'products'), '1 0', 'one foreign key');
select is((select array_agg(a.attname::text) from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid
  and a.attnum = any (c.conkey) where c.contype = 'f' and c.conrelid = 'public.products'::regclass
  and c.confrelid = 'public.cohorts'::regclass), array['cohort_id'], 'of one column');
select is_empty(
  $$ select tests.name_of(p.conrelid) from pg_constraint p
     join pg_constraint x on x.conrelid = p.conrelid and x.contype = 'f' and x.confrelid = 'public.products'::regclass
     join pg_constraint y on y.conrelid = p.conrelid and y.contype = 'f' and y.confrelid = 'public.cohorts'::regclass
     where p.contype = 'p' and p.conkey @> (x.conkey || y.conkey) $$,
  'and no table joins many to many'
);

select * from finish();
rollback;
