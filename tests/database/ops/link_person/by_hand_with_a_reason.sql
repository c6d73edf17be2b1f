begin;
select plan(10);

select tests.a_product('chair');
select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
select tests.create_user('unsure@tests.example', confirmed => false);
select tests.is_sold('cart', '{"chair": 1}', 'work@tests.example');
create function tests.links(who text, address text, why text) returns text language sql as $$
  select tests.refusal(format('select ops.link_person(%L, %L, %L)', tests.user_id(who), address, why))
$$;
select is(tests.links('amina@tests.example', 'work@tests.example', ' '), '22023', 'not without a reason');
select is(tests.links('amina@tests.example', 'work', 'x'), '22023', 'nor without an address');
select is(tests.links('nobody@tests.example', 'work@tests.example', 'x'), 'P0002', 'the account must exist');
select is(tests.links('unsure@tests.example', 'work@tests.example', 'x'), 'P0002', 'and be confirmed');
select is(tests.links('amina@tests.example', 'BEN@tests.example', 'x'), 'P0001',
  'another account''s address is refused');
select is(ops.link_person(tests.user_id('amina@tests.example'), 'Work@tests.example', 'ticket 1044') -> 'orders',
  jsonb_build_array((tests.the_order('cart')).id), 'it returns what was linked');
select is((tests.the_order('cart')).user_id, tests.user_id('amina@tests.example'), 'the order is in the account');
select is((select format('%s %s %s %s', l.how, l.email, l.reason, l.linked_by) from ops.person_links l
  where l.how = 'by_hand'), 'by_hand work@tests.example ticket 1044 postgres', 'and who did it is recorded');
select is(ops.link_person(tests.user_id('amina@tests.example'), 'work@tests.example', 'again'), '{}',
  'a second time there is nothing');
-- Later events about it do not undo that.
select tests.receive(tests.fact_refund('re_1', 'pi_cart', 100));
select is((tests.the_payment('pi_cart')).user_id, tests.user_id('amina@tests.example'),
  'later events keep the account');

select * from finish();
rollback;
