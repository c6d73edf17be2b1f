begin;
select plan(3);

create function tests.is_called(full_name text) returns text language plpgsql as $$
begin
  update auth.users u set raw_user_meta_data = jsonb_build_object('full_name', full_name)
    where u.email = 'amina@tests.example';
  perform set_config('request.jwt.claim.sub', tests.user_id('amina@tests.example')::text, true);
  return learning.my_name();
end
$$;
select tests.create_user('amina@tests.example');
select is(tests.is_called('Amina (staff)'), 'Amina', 'text in brackets is left out');
select is(tests.is_called('Admin Amina Njoya'), 'Amina Njoya', 'and a role');
select is(tests.is_called('[Staff]'), 'amina', 'where nothing is left the address is used');

select * from finish();
rollback;
