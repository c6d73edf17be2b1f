begin;
select plan(3);

select tests.an_admin('admin@tests.example');
select tests.a_product('chair');
select tests.is_sold('cart', '{"chair": 1}');
update public.fulfillments f set status = 'shipped' where f.order_id = (tests.the_order('cart')).id;
select tests.remember('order', (tests.the_order('cart')).id::text);
select tests.authenticate_as('admin@tests.example');
create temporary table changes as select c as it, c ->> 'type' as type
from jsonb_array_elements(console.line('order', tests.id('order')::text) -> 'changes') c;

select is((select c.it #>> '{before,status}' || ' ' || (c.it #>> '{after,status}') from changes c
  where c.type = 'fulfillment.changed'), 'pending shipped', 'of an update what changed');
select is((select c.it -> 'before' from changes c where c.type = 'order.created' limit 1), 'null',
  'what is new was nothing');
select is((select c.it #>> '{after,id}' from changes c where c.type = 'order.created' limit 1), tests.id('order')::text,
  'and is all of the row');

select * from finish();
rollback;
