begin;
select plan(3);

create function pg_temp.why() returns text language sql as $$
  select a.why from ops.attention a where a.what = 'webhooks refused' and a.id = 'tests'
$$;
select inbox.reject('tests', 'transmission_reused', 4, '{}');
select is(pg_temp.why(), null, 'a few with a signature that was seen before may be anybody''s');
select inbox.reject('tests', 'transmission_reused', 1, '{}');
select matches(pg_temp.why(),
  '^From tests, 5 webhooks were refused since .*: transmission_reused\. A signature that was seen came with other ',
  'many are not');
select inbox.reject('tests', 'signature_wrong', 1, '{}');
select matches(pg_temp.why(), 'signature_wrong, transmission_reused\. The secret here is not ',
  'where others are wrong, the secret may be');

select * from finish();
rollback;
