begin;
select plan(1);

select inbox.reject('tests', 'signature_mismatch', 3, '{"bytes": 10}');
select inbox.reject('tests', 'signature_mismatch', 2, '{"bytes": 20}');
select inbox.reject('tests', 'timestamp_too_old', 1, '{}');

select results_eq(
  $$ select r.reason, r.count, r.sample, r.minute, r.last_at from inbox.rejections r where r.provider = 'tests'
  order by r.reason $$,
  $$ values ('signature_mismatch', 5, '{"bytes": 20}'::jsonb, date_trunc('minute', now()), now()),
  ('timestamp_too_old', 1, '{}', date_trunc('minute', now()), now()) $$,
  'by provider and reason, with the latest sample'
);

select * from finish();
rollback;
