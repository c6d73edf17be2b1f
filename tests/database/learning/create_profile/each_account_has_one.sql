begin;
select plan(6);

create function tests.signs_up(email text, metadata jsonb) returns text language plpgsql as $$
begin
  insert into auth.users (id, email, raw_user_meta_data) values (gen_random_uuid(), signs_up.email, metadata);
  return (select concat_ws(' ', p.name, p.picture_url) from public.profiles p
    where p.user_id = tests.user_id(signs_up.email));
end
$$;
select is(tests.signs_up('a@tests.example', 
  '{"full_name": "Amina  Njoya (staff)", "avatar_url": "https://x.example/a.png"}'),
  'Amina Njoya https://x.example/a.png', 'with the name and picture it signed up with');
select is(tests.signs_up('b@tests.example', '{"name": "Ben", "picture": "http://x.example/b.png"}'), 'Ben',
  'a picture is https');
select is(tests.signs_up('c@tests.example', null), '', 'or with none');
select is(tests.signs_up('d@tests.example', jsonb_build_object('name', repeat('x', 500), 'avatar_url',
  'https://x.example/' || repeat('y', 5000))), repeat('x', 100), 'both have bounds');
delete from auth.users u where u.email = 'a@tests.example';
select is((select count(*) from public.profiles p where p.name = 'Amina Njoya'), 0::bigint,
  'it is deleted with its account');
create function tests.fails() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create trigger fails before insert on public.profiles for each row execute function tests.fails();
select lives_ok($$ select tests.create_user('e@tests.example') $$, 'a failure keeps nobody from signing up');

select * from finish();
rollback;
