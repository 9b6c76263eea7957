#!/usr/bin/env bash
# Package: PostgreSQL 15.18 of Debian 12 (psql and the server).
#
# Guess, written down first: a table written by psql's \copy as CSV can be read by \copy into a
# table like it; CSV has quotation marks, so that no line of a text can be taken for a command.
#
# Seen: a text with the line \. in it is written between quotation marks as it is, as CSV asks, but
# psql looks for \. at each line whatever marks are around it, and ends the data there:
# "unterminated CSV quoted field", and no row is read. COPY FROM a file, by the server, reads the
# same file. In a file of one column a bare \. (a pattern, the name of a folder) ends the data with
# "COPY 1" and exit code 0: the rows behind it are lost in silence.
# Remedy: COPY of the server, or a driver's COPY; compare the count of rows.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

postgres
psql -q <<'SQL'
create table notes (number int, text text);
insert into notes values (1, 'one'), (2, E'before\n\\.\nbehind'), (3, 'three');
create table a (like notes);
create table b (like notes);
create table names (name text);
\copy notes to notes.csv csv
SQL
cat notes.csv
psql=$(code psql -c '\copy a from notes.csv csv')
cat printed
file=$(code psql -Atc "copy b from '$folder/notes.csv' csv")
echo "exit code of \\copy $psql, of COPY by the server $file: $(cat printed)"
grep -q 'COPY 3' printed
printf '%s\n' first '\.' third >names.csv
bare=$(code psql -c '\copy names from names.csv csv')
echo "of three lines with a bare \\.: $(cat printed), exit code $bare"
[ "$psql $file $bare $(psql -Atc 'select count(*) from names')" = "1 0 0 1" ]
