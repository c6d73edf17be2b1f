begin;
select plan(3);

-- A row of each of them.
select tests.create_user('amina@tests.example');
select tests.create_user('admin@tests.example');
insert into public.admins (user_id) values (tests.user_id('admin@tests.example'));
select tests.a_product('chair', 1000);
select tests.a_checkout('cart', email => 'amina@tests.example');
select tests.receive(tests.fact_approved('O-1', 'cart'), tests.fact_captured('pi_1', 'cart'),
  tests.fact_dispute('dp_1', 'pi_1', 'needs_response'));
select tests.receive(tests.fact_membership('sub_1', 'active') || '{"email": "amina@tests.example"}',
  tests.fact_bill('in_1', 'sub_1', 'paid', 'pi_2'));
create function tests.reads(who text) returns text language plpgsql as $$
declare
  v_table text;
  v_any boolean;
  v_read text[] := '{}';
begin
  perform tests.authenticate_as(who);
  foreach
    v_table
    in array
      '{admins,disputes,invoice_payments,membership_invoices,payment_approvals,stock_movements,'
      'stock_reservations}'::text[] loop
    execute format('select exists (select 1 from public.%I)', v_table) into v_any;
    v_read := v_read || case when v_any then v_table end;
  end loop;
  perform tests.as_owner();
  return array_to_string(v_read, ' ');
end
$$;

select is(tests.reads('amina@tests.example'), '', 'a buyer sees nothing of the own rows');
select is(tests.reads('admin@tests.example'),
  'admins disputes invoice_payments membership_invoices payment_approvals stock_movements stock_reservations',
  'an admin sees all');
delete from public.admins a where a.user_id = tests.user_id('admin@tests.example');
select is(tests.reads('admin@tests.example'), '', 'and nothing once the admin row is deleted');

select * from finish();
rollback;
