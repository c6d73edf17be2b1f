-- What admins decided, and why: in Studio and in the console.
select decided_at, decided_by, command, about, reason from ops.decisions order by id desc limit 100;
select at, who, command, arguments, reason, error from console.actions order by id desc limit 100;
