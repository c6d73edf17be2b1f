begin;
select plan(1);

select is(commerce.cancel_checkout(gen_random_uuid()), null, 'there is nothing to cancel');

select * from finish();
rollback;
