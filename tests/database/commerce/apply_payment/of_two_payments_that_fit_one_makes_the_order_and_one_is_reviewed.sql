begin;
select plan(2);

-- Which of the two it is depends on which was received first; that there is one of each does not.
select tests.a_product('chair', 1000, 5);
select tests.a_checkout('cart');
create function tests.outcome(first text, second text) returns text language plpgsql as $$
declare
  v text;
begin
  begin
    perform tests.receive(tests.fact_captured(first, 'cart'));
    perform tests.receive(tests.fact_captured(second, 'cart'));
    v := (select count(*) from public.orders o where o.checkout_session_id = tests.id('cart')) || ' order, '
      || (select count(*) from public.payments p where p.provider = 'tests' and p.needs_review) || ' to review, '
      || tests.the_stock('chair') || ' left';
    raise exception using errcode = 'TS001';
  exception when sqlstate 'TS001' then
    return v;
  end;
end
$$;
select is(tests.outcome('pi_1', 'pi_2'), '1 order, 1 to review, 4 left', 'in one order');
select is(tests.outcome('pi_2', 'pi_1'), '1 order, 1 to review, 4 left', 'and in the other');

select * from finish();
rollback;
