begin;
select plan(1);

select is_empty(
  $$ select tests.name_of(c) from tests.our_relations('v') c
  where not coalesce((select t.reloptions && '{security_invoker=on,security_invoker=true}' from pg_class t
    where t.oid = c), false) $$,
  'a view with its owner''s rights would show what row level security hides'
);

select * from finish();
rollback;
