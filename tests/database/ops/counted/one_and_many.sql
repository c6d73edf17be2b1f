begin;
select plan(7);

select is(ops.counted(1, 'webhook'), '1 webhook', 'one');
select is(ops.counted(2, 'webhook'), '2 webhooks', 'many have an s');
select is(ops.counted(0, 'webhook'), '0 webhooks', 'none is counted as many are');
select is(ops.counted(1, 'delivery is', 'deliveries are'), '1 delivery is', 'one, where many have no s');
select is(ops.counted(12000000000, 'delivery is', 'deliveries are'), '12000000000 deliveries are', 'many of these');
select is(ops.counted(-1, 'credit'), '-1 credits', 'less than none');
select is(ops.counted(null, 'webhook'), null, 'null gives null');

select * from finish();
rollback;
