begin;
select plan(6);

select is(commerce.total_refunded(4900, null, null, 0), 0::bigint, 'nothing');
select is(commerce.total_refunded(4900, 1000, 500, 0), 1000::bigint, 'the refunds that succeeded');
select is(commerce.total_refunded(4900, 1000, null, 1500), 1500::bigint, 'the reported total, where it is more');
select is(commerce.total_refunded(4900, 1000, 500, 1500), 1000::bigint, 'less what failed since');
select is(commerce.total_refunded(4900, 9800, null, 4900), 4900::bigint,
  'with a reported total, never more than was captured');
select is(commerce.total_refunded(4900, 9800, null, 0), 9800::bigint,
  'without one, what is too much stays too much');

select * from finish();
rollback;
