#!/bin/sh
# What sqlgen does, from an Alembic history to a database: every command is shown before it runs.
# Run it as `make demo`. Everything it makes is in .demo/, and nothing else is touched.
set -eu
cd "$(dirname "$0")/.."

project=samples/bookshop
demo=.demo
bundle=$demo/bookshop-staging
database=$demo/bookshop_staging # the name that the settings give for staging, which the script insists on
log=$demo/last.log

title() { printf '\n== %s ==\n' "$*"; }
say() { printf '   %s\n' "$*"; }

# run CODE COMMAND…: show the command, run it, and stop the demo unless it ends with that exit code.
run() {
  wanted=$1
  shift
  printf '\n$ %s\n' "$*"
  code=0
  "$@" || code=$?
  if [ "$code" -ne "$wanted" ]; then
    printf 'demo: exit code %s, but %s was expected\n' "$code" "$wanted" >&2
    exit 1
  fi
  if [ "$code" -ne 0 ]; then printf '(exit code %s)\n' "$code"; fi
}

# apply CODE WORD: run apply.sql with the sqlite3 client, as the script's own header says, and read its result line.
apply() {
  printf '\n$ sqlite3 -batch -bail -safe -init /dev/null %s < %s > %s 2>&1\n' "$database" "$verified/apply.sql" "$log"
  code=0
  sqlite3 -batch -bail -safe -init /dev/null "$database" <"$verified/apply.sql" >"$log" 2>&1 || code=$?
  result=$(grep 'sqlgen result:' "$log" | tail -n 1)
  printf '%s\n(exit code %s)\n' "$result" "$code"
  case $result in
    *": $2"*) [ "$code" -eq "$1" ] || { printf 'demo: exit code %s was expected\n' "$1" >&2; exit 1; } ;;
    *) cat "$log"; printf 'demo: the result should be %s\n' "$2" >&2; exit 1 ;;
  esac
}

rm -rf "$demo"
mkdir -p "$demo/keys" "$demo/trust" "$demo/tmp"
TMPDIR=$PWD/$demo/tmp # verified copies go there
export TMPDIR

title "1. The author: what is wrong with these migrations?"
run 1 sqlgen lint base:head --project "$project"

title "2. The release manager: build the bundle for staging"
say "Findings that are errors stop it:"
run 1 sqlgen bundle base:head --project "$project" --env staging -o "$bundle"
say "This history is unsafe on purpose. Nobody has rows in it yet, so build it all the same:"
run 0 sqlgen bundle base:head --project "$project" --env staging -o "$bundle" --fail-on never
run 0 sqlgen show "$bundle"

title "3. The author and the DBA sign it, each with a key of their own"
for role in author dba; do
  run 0 ssh-keygen -q -t ed25519 -N '' -C "$role@example.com" -f "$demo/keys/$role"
done
say "The DBA keeps a trust folder: who may sign as what, how many signatures are needed, and verify.sh."
# One line for each person: who, as what and where, with which key.
for role in author dba; do
  printf '%s@example.com namespaces="%s.staging.v1@sqlgen" %s\n' "$role" "$role" "$(cut -d' ' -f1,2 "$demo/keys/$role.pub")"
done >"$demo/trust/allowed_signers"
printf 'author 1\ndba 1\n' >"$demo/trust/policy"
: >"$demo/trust/revoked_keys"
cp sqlgen/bundle/verify.sh "$demo/trust/verify.sh"
run 0 cat "$demo/trust/allowed_signers" "$demo/trust/policy"
run 0 sqlgen sign "$bundle" --role author --key "$demo/keys/author" --as author@example.com
run 0 sqlgen sign "$bundle" --role dba --key "$demo/keys/dba" --as dba@example.com

title "4. The DBA: may this be applied?"
say "With nothing of ours: a shell, sha256sum and ssh-keygen."
run 0 sh "$demo/trust/verify.sh" "$demo/trust" staging "$bundle"
verified=$(cd "$demo" && echo tmp/sqlgen-verified.*/bundle)
verified=$demo/$verified
say "It made a private copy and verified that one, so that nothing can change in between. The copy is what is applied."
say "The same question to sqlgen:"
run 0 sqlgen verify "$demo/trust" staging "$bundle"

title "5. Somebody changes one line of a copy"
cp -R "$bundle" "$demo/tampered"
printf 'DELETE FROM users;\n' >>"$demo/tampered/apply.sql"
run 3 sh "$demo/trust/verify.sh" "$demo/trust" staging "$demo/tampered"
run 3 sqlgen verify "$demo/trust" staging "$demo/tampered"

title "6. The DBA: apply it, with the database's own client"
if ! command -v sqlite3 >/dev/null 2>&1; then
  say "sqlite3 is not installed, so this step is left out. Install it (Debian, Ubuntu: apt-get install sqlite3;"
  say "Fedora: dnf install sqlite; macOS has it), and run make demo again, or only this:"
  say "sqlite3 -batch -bail -safe -init /dev/null $database < $verified/apply.sql"
  exit 0
fi
apply 0 APPLIED
say "Once more changes nothing:"
apply 1 'ALREADY APPLIED'
run 0 sqlite3 "$database" '.tables' 'SELECT * FROM alembic_version'

title "Done"
say "Read $bundle/review.md and $bundle/apply.sql, then README.md."
