begin;
select plan(4);

select tests.create_user('Amina@Tests.Example');
select tests.create_user('ben@tests.example', confirmed => false);

select is(commerce.user_of('amina@tests.example'), tests.user_id('Amina@Tests.Example'), 'case does not matter');
select is(commerce.user_of('ben@tests.example'), null, 'an unconfirmed address belongs to no account');
select is(commerce.user_of('nobody@tests.example'), null, 'nor does an unknown one');
select is(commerce.user_of(null), null, 'nor does none');

select * from finish();
rollback;
