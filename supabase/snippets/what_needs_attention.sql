-- What needs a person, the most severe first. Paste the remedy of a line to mend it.
select severity, what, which, why, since, remedy from ops.attention order by severity desc, since;
