begin;
select plan(4);

create function tests.is_called(metadata jsonb) returns text language plpgsql as $$
begin
  update auth.users u set raw_user_meta_data = metadata where u.email = 'amina@tests.example';
  perform set_config('request.jwt.claim.sub', tests.user_id('amina@tests.example')::text, true);
  return learning.my_name();
end
$$;
select tests.create_user('amina@tests.example');
select is(tests.is_called('{"full_name": "Amina Njoya", "name": "A"}'), 'Amina Njoya', 'in full');
select is(tests.is_called('{"full_name": "  ", "name": " Amina"}'), 'Amina', 'under another key, but not blank');
select is(tests.is_called(null), 'amina', 'or the first part of the address');
select is(length(tests.is_called(jsonb_build_object('name', repeat('x', 500)))), 100, 'a name is a text');

select * from finish();
rollback;
