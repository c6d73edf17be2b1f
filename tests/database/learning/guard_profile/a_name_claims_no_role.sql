begin;
select plan(9);

select tests.create_user('amina@tests.example');
select tests.create_user('ben@tests.example');
create function tests.sets(what text) returns text language sql as $$
  select tests.by('amina@tests.example', format('update public.profiles set %s where true', what))
$$;
create function tests.it() returns text language sql as $$
  select concat_ws(' ', p.name, p.picture_url) from public.profiles p
  where p.user_id = tests.user_id('amina@tests.example')
$$;
select is(tests.sets('name = ''Amina [Admin]'''), '1', 'a name');
select is(tests.it(), 'Amina', 'without its role');
select is(tests.sets('name = ''(staff)'''), '23514', 'a role alone is none');
select is(tests.sets('picture_url = ''http://x.example/a.png'''), '23514', 'a picture is https');
select is(tests.sets('picture_url = ''https://x.example/a b'''), '23514', 'an address');
select is(tests.sets(format('picture_url = ''https://x.example/%s''', repeat('y', 2000))), '23514',
  'of at most 2000 characters');
select is(tests.sets('picture_url = ''https://x.example/a.png'''), '1', 'this is one');
select is(tests.sets(format('user_id = %L', tests.user_id('ben@tests.example'))), '42501', 'it stays the account''s');
select set_config('request.jwt.claim.sub', tests.user_id('amina@tests.example')::text, true);
select is(learning.my_name(), 'Amina', 'messages are signed with it');

select * from finish();
rollback;
