begin;
select plan(3);

create function tests.name_of(full_name text) returns text language plpgsql as $$
declare
  v_name text;
begin
  update auth.users u set raw_user_meta_data = jsonb_build_object('full_name', full_name) where u.id = tests.user_id('amina@tests.example');
  perform tests.authenticate_as('amina@tests.example');
  v_name := learning.my_name();
  perform tests.as_owner();
  return v_name;
end
$$;
select tests.create_user('amina@tests.example');
select is(tests.name_of('Amina (staff)'), 'Amina', 'what stands in brackets is left out');
select is(tests.name_of('Admin Amina Njoya'), 'Amina Njoya', 'and a role');
select is(tests.name_of('[Staff]'), 'amina', 'where nothing is left the address says it');

select * from finish();
rollback;
