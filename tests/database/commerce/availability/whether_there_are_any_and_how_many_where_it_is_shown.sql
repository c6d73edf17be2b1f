begin;
select plan(10);

update commerce.settings s set few_left = 2 where s.id;
select tests.a_product('chair', stock => 10), tests.a_product('lamp', stock => 2), tests.a_product('desk', stock => 0),
  tests.a_product('shelf', stock => 7), tests.a_product('e-book', stock => null), tests.a_product('old',
    active => false);
update public.products p set show_count = true where p.sku in ('shelf', 'e-book', 'maths');
select tests.a_course('maths', capacity => 3);
create function tests.shows(sku text, who text default 'guest') returns text language plpgsql as $$
declare
  v_text text;
begin
  if who = 'guest' then perform tests.as_anon(); else perform tests.authenticate_as(who); end if;
  v_text := (select concat_ws(' ', a.level, a.remaining) from public.product_availability a where a.sku = shows.sku);
  perform tests.as_owner();
  return v_text;
end
$$;
select is(tests.shows('chair'), 'available', 'some');
select is(tests.shows('lamp'), 'few', 'few');
select is(tests.shows('desk'), 'none', 'none');
select is(tests.shows('shelf'), 'available 7', 'a number where the shop shows it');
select is(tests.shows('e-book'), 'available', 'what is not counted has none');
select is(tests.shows('old'), null, 'what is not on sale is not there');
select is(tests.shows('maths'), 'available', 'a seat, by the free seats of its cohort');
select tests.enrol('maths', 'a@tests.example');
select is(tests.shows('maths'), 'few', 'of which one is taken');
select tests.a_checkout('cart', '{"maths": 1}', 'b@tests.example'), tests.a_checkout('cart2', '{"maths": 1}',
  'c@tests.example');
select is(tests.shows('maths'), 'none', 'and the others are held by unpaid checkouts');
update public.products p set show_count = true where p.sku = 'maths';
update public.cohorts c set capacity = 5 where c.id = tests.id('maths');
select is(tests.shows('maths'), 'few 2', 'their number is shown where the shop says so');

select * from finish();
rollback;
