begin;
select plan(4);

select is(commerce.allocate(10, '{1,1,1}'), '{3,3,4}', 'what does not divide goes to the later lines');
select is(commerce.allocate(490, '{4900,0}'), '{490,0}', 'a line without weight gets nothing');
select is(commerce.allocate(5, '{2,3}'), '{2,3}', 'all of it');
select is(commerce.allocate(0, '{0,0}'), '{0,0}', 'nothing of nothing');

select * from finish();
rollback;
