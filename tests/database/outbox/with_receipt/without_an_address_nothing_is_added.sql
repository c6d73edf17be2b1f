begin;
select plan(1);

select tests.a_quiet_outbox();
select is(outbox.with_receipt('{"type":"a"}', 5), '{"type":"a"}', 'a receipt that could go nowhere is not asked for');

select * from finish();
rollback;
