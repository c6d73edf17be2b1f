begin;
select plan(1);

select is(commerce.cancel_checkout(gen_random_uuid()), null, 'there is nothing to call off');

select * from finish();
rollback;
