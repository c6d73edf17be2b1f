begin;
select plan(1);

select is(commerce.order_details(gen_random_uuid()), '{"items": []}'::jsonb, 'a list without items, never null');

select * from finish();
rollback;
