-- Accounts by the beginning of their address; a guest by the whole one.
select * from ops.find_person('someone@example.com');
