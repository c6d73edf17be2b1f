begin;
select plan(4);

delete from ops.audits;
select is_empty($$ select 1 from ops.attention a where a.what = 'audit overdue' $$,
  'a shop without orders has nothing to audit');
select tests.a_product('chair');
select tests.is_sold('cart');
update public.orders set created_at = now() - interval '61 minutes';
select lives_ok(tests.the_remedy('audit overdue'), 'it never ran');
select is_empty($$ select 1 from ops.attention a where a.what = 'audit overdue' $$, 'it has just run');
update ops.audits set started_at = now() - interval '2 hours', finished_at = now() - interval '61 minutes';
select is((select a.since from ops.attention a where a.what = 'audit overdue'), now() - interval '61 minutes',
  'it has not run for over an hour');

select * from finish();
rollback;
