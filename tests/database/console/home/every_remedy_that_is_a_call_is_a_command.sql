begin;
select plan(2);

-- The statements that the rules of ops.attention and of the audit build, as they stand in their source.
create temporary table calls as
select distinct m[1] as command
from pg_views v, regexp_matches(v.definition, '(?:''|; )select ([a-z_]+\.[a-z_]+)\((?:%|'''')', 'g') m
where v.schemaname = 'ops' and (v.viewname like 'attention_%' or v.viewname like 'audit_%');
select cmp_ok((select count(*)::integer from calls), '>', 25, 'they are found');
select is_empty($$
  select c.command from calls c
  where not exists (select 1 from console.commands k where k.command = c.command)
    and c.command not in (
      -- Repairs that an audit finds once in years: SQL to copy.
      'commerce.make_order', 'commerce.move_discount', 'commerce.release_stock', 'commerce.take_stock',
      'commerce.fulfil_services', 'community.settle_credits', 'community.spend_credits', 'outbox.set_functions_url',
      'vault.create_secret'
    )
$$, 'the console has a button for it');

select * from finish();
rollback;
