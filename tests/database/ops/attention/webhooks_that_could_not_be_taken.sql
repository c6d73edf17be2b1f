begin;
select plan(3);

select inbox.reject('make', 'not_taken_from_make', 1, '{}');
select matches((select a.why from ops.attention a where a.what = 'webhooks not accepted' and a.id = 'make'),
  '^From make since .*, 1 webhook was genuine and could not be taken: not_taken_from_make', 'one is enough');
select lives_ok(tests.the_remedy('webhooks not accepted'), 'the sender was mended');
select is_empty($$ select 1 from ops.attention a where a.what = 'webhooks not accepted' $$, 'until the next');

select * from finish();
rollback;
